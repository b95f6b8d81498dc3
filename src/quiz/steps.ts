/**
 * What happens between the messages of a study: a round closes, its answer is published, the next one is drawn, the
 * verdict is posted. Each step begins from what is stored and can be repeated at any point, because whoever does it
 * may die: what was posted is found again, what was counted is not counted again.
 */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import { recordRender } from "../backends/figures.ts";
import type { Messages } from "../discord/messages.ts";
import { requireEngineTime } from "../generation/admission.ts";
import { type Submission, submit } from "../generation/submit.ts";
import type { Logger } from "../log.ts";
import type { QuizJob, QuizJobs } from "../queue/quizJobs.ts";
import {
  closeRound,
  readRound,
  roundsOf,
  type StoredRound,
  setRevealed,
  storeDraw,
} from "../store/quiz/rounds.ts";
import { endStudy, readStudy } from "../store/quiz/studies.ts";
import { votesOf } from "../store/quiz/votes.ts";
import type { Rates } from "../store/rates.ts";
import { type RequestRecord, readRecord, unseal } from "../store/requests.ts";
import { textsFor } from "../texts/texts.ts";
import { votedRounds } from "./evidence.ts";
import type { Plan } from "./plan.ts";
import { postOnce, removeButtons, tellStarter } from "./posting.ts";
import { revealMessage } from "./reveal.ts";
import { drawRound, roundId, toRequest } from "./round.ts";
import { standing } from "./standing.ts";
import { verdictMessage } from "./verdictMessage.ts";

export interface QuizPorts extends Submission {
  /** A patient connection. */
  redis: Redis;
  quizJobs: QuizJobs;
  messages: Messages;
  directory: DirectoryCache;
  rates: Rates;
  log: Logger;
}

/** Throws what is worth another try. */
export async function doQuizJob(ports: QuizPorts, job: QuizJob): Promise<void> {
  if (job.step === "close") await close(ports, job.roundId, job.force ?? false);
  else if (job.step === "next") await next(ports, job.studyId, job.number);
  else await daily(ports, job.studyId);
}

/** Ends a round if it is due. @param force also before its time, when a moderator stops the study */
async function close(ports: QuizPorts, id: string, force: boolean): Promise<void> {
  const { redis, quizJobs } = ports;
  const { state, until } = await closeRound(redis, id, force);
  if (state === "open" && until !== undefined) await quizJobs.close(id, until);
  if (state !== "closed") return;
  const stored = await readRound(redis, id);
  const study = stored && (await readStudy(redis, stored.round.studyId));
  if (!study) return;
  await reveal(ports, study.plan, stored);
  await quizJobs.next(study.plan.id, stored.round.number + 1);
}

/** Publishes the answer of a closed round: in its channel, or, of a solo round, by letting its member see it. */
export async function reveal(ports: QuizPorts, plan: Plan, stored: StoredRound): Promise<void> {
  const { redis, messages, log } = ports;
  const { round } = stored;
  const record = await readRecord(redis, round.id);
  if (record) await unseal(redis, record.request);
  const votes = await votesOf(redis, round.id);
  if (plan.kind !== "solo") {
    const message = revealMessage(textsFor(plan.locale), stored, votes);
    await postOnce(ports, plan, message, `${round.id}:diff`);
    await removeButtons(messages, plan, stored.messageId ?? record?.messageId);
  }
  if (await setRevealed(redis, round.id)) await publishFigures(ports, record);
  log.info({ roundId: round.id, votes: votes.length }, "a round of the quiz is revealed");
}

/** What its renders took may be known from now on. Another execution's figures are none of the backend's. */
async function publishFigures({ redis, log }: QuizPorts, record: RequestRecord | undefined): Promise<void> {
  for (const result of record?.results ?? []) {
    const render = record?.request.renders[result.render];
    if (!render || render.execution) continue;
    await recordRender(redis, { ...render, requestId: record.request.id }, result, Date.now()).catch(
      (error: unknown) => log.warn({ err: error }, "a round's figures could not be stored"),
    );
  }
}

/** A day's round, unless the one of before is still open. */
async function daily(ports: QuizPorts, studyId: string): Promise<void> {
  const rounds = await roundsOf(ports.redis, studyId);
  await next(ports, studyId, rounds.length + 1, true);
}

/**
 * Draws and queues the study's next round, or ends it.
 * @param isTime a daily round comes at its time, or in the place of one that could not be asked
 */
async function next(ports: QuizPorts, studyId: string, number: number, isTime = false): Promise<void> {
  const { redis } = ports;
  const study = await readStudy(redis, studyId);
  if (study?.state !== "running") return;
  const { plan } = study;
  const rounds = await roundsOf(redis, studyId);
  const last = rounds.at(-1);
  if (last && ["drawn", "open", "closed"].includes(last.state)) return; // it comes first
  if (plan.kind === "solo") return; // one round is all
  if (plan.kind === "daily" && !isTime && last?.state !== "void") return;
  const { done, planned, hopeless, asked } = standing(plan, rounds, await votedRounds(redis, plan, rounds));
  if (hopeless && !isTime) return giveUp(ports, plan);
  if (plan.kind === "study" && done >= planned) return finish(ports, plan);
  if (number !== rounds.length + 1) return;
  // Until whoever started the study may use the engines again this job is tried again.
  await requireEngineTime(ports.rates, plan, plan);
  const id = roundId(plan, number);
  const drawn = drawRound(plan, id, number, asked);
  await submit(ports, toRequest(plan, await storeDraw(redis, plan, drawn)));
  ports.log.info({ requestId: id, kind: "quiz", studyId }, "queued");
}

async function finish(ports: QuizPorts, plan: Plan): Promise<void> {
  const message = await verdictMessage(ports.redis, textsFor(plan.locale), plan);
  await postOnce(ports, plan, message, `${plan.id}:evidence`);
  await endStudy(ports.redis, plan, "complete");
}

async function giveUp(ports: QuizPorts, plan: Plan): Promise<void> {
  if (plan.kind === "daily") return; // the next day tries again
  const t = textsFor(plan.locale);
  const content = t.rounds.gaveUp(plan.id);
  if (!(await postOnce(ports, plan, { content }, undefined)))
    await tellStarter(ports, plan, `${t.sentHereInstead(plan.channelId)}\n${content}`);
  await endStudy(ports.redis, plan, "stopped");
}
