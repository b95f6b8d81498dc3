/** Making up for bots that died between two steps of the quiz. */
import { submit } from "../generation/submit.ts";
import { readRound, roundsOf, type StoredRound, unrevealed, voidRound } from "../store/quiz/rounds.ts";
import { readStudy, runningStudies, takeBackUnstarted } from "../store/quiz/studies.ts";
import { type RequestRecord, readRecord, withdraw } from "../store/requests.ts";
import type { Plan } from "./plan.ts";
import { roundId, toRequest } from "./round.ts";
import type { QuizPorts } from "./steps.ts";

/** A living bot takes milliseconds; and submitting twice is submitting once. */
const SUBMITTED_WITHIN_MS = 2000;
/** Longer than a command takes to start a study, and than a reservation stands. */
const STARTED_WITHIN_MS = 60_000;
/** As long as its pictures are kept. */
const SOLO_KEPT_MS = 24 * 3600 * 1000;

/**
 * Makes up for whoever died in between: every round that is not revealed and every study that runs has its next step
 * queued. Queuing it twice is queuing it once.
 */
export async function settleQuiz(ports: QuizPorts): Promise<void> {
  // One that is refused, by a member's limit for example, must not hold up those of other servers.
  const settle = (id: string, settling: Promise<void>) =>
    settling.catch((error: unknown) =>
      ports.log.warn({ err: error, quizId: id }, "a step of the quiz was not made up for; it is tried again"),
    );
  for (const id of await unrevealed(ports.redis)) await settle(id, settleRound(ports, id));
  for (const id of await runningStudies(ports.redis)) await settle(id, settleStudy(ports, id));
}

async function settleStudy({ redis, quizJobs, log }: QuizPorts, id: string): Promise<void> {
  const study = await readStudy(redis, id);
  if (!study) return;
  const { plan } = study;
  const standing = await takeBackUnstarted(redis, plan, roundId(plan, 1), STARTED_WITHIN_MS);
  if (standing === "started") await quizJobs.next(id, (await roundsOf(redis, id)).length + 1);
  if (standing === "taken back") log.warn({ studyId: id }, "a study that was never started is taken back");
}

async function settleRound(ports: QuizPorts, id: string): Promise<void> {
  const { redis, quizJobs } = ports;
  const stored = await readRound(redis, id);
  const study = stored && (await readStudy(redis, stored.round.studyId));
  if (!study) return;
  if (study.plan.kind === "solo") return settleSolo(ports, stored, study.plan);
  if (stored.state === "open" && study.state === "stopped") await quizJobs.closeEarly(id);
  else if (stored.state === "open" && stored.closesAt !== undefined)
    await quizJobs.close(id, stored.closesAt);
  if (stored.state === "closed") await quizJobs.close(id);
  if (stored.state !== "drawn") return;
  const record = await readRecord(redis, id);
  // Its study may have been refused: whoever starts that takes the round in, or nobody does.
  const isStarting = study.starting !== undefined && stored.round.number === 1;
  // Answered without having been opened: its answer could not be made or delivered.
  if (record?.state === "answered" || (!record && study.state !== "running"))
    await voidRound(redis, id, "drawn");
  else if (!isStarting && (!record || (await isAbandoned(ports, record))))
    await submit(ports, toRequest(study.plan, stored.round));
}

/** Taken in by a bot that died before it queued anything: taken back, so that it can be taken in again. */
async function isAbandoned(
  { redis, producer }: QuizPorts,
  { request, state, nonce }: RequestRecord,
): Promise<boolean> {
  if (state !== "reserved" || Date.now() - request.createdAt < SUBMITTED_WITHIN_MS) return false;
  if (await producer.isQueued(request.id)) return false;
  await withdraw(redis, request, nonce);
  return true;
}

/** A round of one member alone waits for nobody else: what they have left, or never got, is not gone on with. */
async function settleSolo({ redis, quizJobs }: QuizPorts, stored: StoredRound, plan: Plan): Promise<void> {
  const { id } = stored.round;
  if (stored.state === "closed") await quizJobs.close(id);
  const isLeft = Date.now() - (stored.openedAt ?? 0) > SOLO_KEPT_MS;
  // Drawn this instant, it is about to be taken in.
  const isNew = Date.now() - plan.startedAt < SUBMITTED_WITHIN_MS;
  const isLost = stored.state === "drawn" && !isNew && !(await readRecord(redis, id));
  if (isLost) await voidRound(redis, id, "drawn");
  if (stored.state === "open" && isLeft) await voidRound(redis, id, "open");
}
