/**
 * A round as a request: what it looks like while it is drawn, and the message that opens it. The last render's end
 * brings the answer, in which the round is opened before anybody can see it; a delivery that is tried again finds it
 * open and says the same once more. One that nobody can be shown is taken back.
 */

import { ButtonStyle } from "discord-api-types/v10";
import type { Directory } from "../backends/directory.ts";
import { CONTENT_LIMIT, type OutgoingMessage } from "../discord/messages.ts";
import type { Answering, Kind, Running } from "../generation/kind.ts";
import { labelOf } from "../generation/outcomes.ts";
import { drawingSeconds, type RenderResult, type Request } from "../generation/request.ts";
import { button, quote, row } from "../generation/view.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import { type Figure, openRound, readRound, type StoredRound, voidRound } from "../store/quiz/rounds.ts";
import { endStudy, readStudy } from "../store/quiz/studies.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import { quizButton } from "./button.ts";
import { anyIdentical, pixelsOf, roundFile } from "./pictures.ts";
import { type Plan, plannedRounds } from "./plan.ts";
import { canFind, leastP, membersNeeded, roundsNeeded } from "./reach.ts";
import { letterOf, numberOf, type Round } from "./round.ts";

const PROMPT_SHOWN = 1000;
/** Of a long list the first ones; all are in the export. */
const BACKENDS_NAMED = 12;

/** The same for as long as it lasts: nothing of what is rendered, or how far it is. */
function progress({ request }: Running): OutgoingMessage {
  const t = textsFor(request.locale);
  const prompt = request.renders[0]?.prompt ?? "";
  const cancel = row(button("cancel", t.buttonCancel, request.id, ButtonStyle.Danger));
  return { content: `${t.rounds.drawing(numberOf(request))}\n${quote(prompt)}`, components: [cancel] };
}

async function answer(
  answering: Answering,
  request: Request,
  outcomes: readonly RenderOutcome[],
  cancelledBy: string | undefined,
): Promise<OutgoingMessage> {
  const { redis, directory, quizJobs } = answering;
  const t = textsFor(request.locale);
  const stored = await readRound(redis, request.id);
  const study = stored && (await readStudy(redis, stored.round.studyId));
  if (!stored || !study) return { content: t.rounds.over };
  const { plan } = study;
  const { round } = stored;
  const isSolo = plan.kind === "solo";
  if (cancelledBy !== undefined) {
    await voidRound(redis, round.id);
    // A day's round alone is cancelled; the next day has its own.
    if (plan.kind === "daily") return { content: t.cancelled(cancelledBy) };
    await endStudy(redis, plan, "stopped");
    return { content: isSolo ? t.cancelled(cancelledBy) : t.rounds.cancelled(cancelledBy) };
  }
  if (study.state === "stopped" && stored.state === "drawn") {
    await voidRound(redis, round.id);
    return { content: t.rounds.over };
  }
  const notAsked = async (sentence: string) => {
    await takeBack(answering, round);
    return { content: sentence };
  };
  const results = outcomes.flatMap((outcome) => (outcome.ended === "rendered" ? [outcome.result] : []));
  const pixels = results.length === outcomes.length ? await pixelsOf(redis, results) : undefined;
  if (!pixels) return notAsked(isSolo ? t.rounds.soloNotAsked : t.rounds.notRendered);
  if (anyIdentical(pixels)) return notAsked(isSolo ? t.rounds.soloNotAsked : t.rounds.identical);
  const letters = round.order.map((_, position) => letterOf(position));
  const alt = t.rounds.alt(letters, round.prompt);
  const file = await roundFile(round, pixels, plan, request.attachmentSizeLimit, alt);
  const open = await openRound(
    redis,
    round.id,
    results.map((result) => figureOf(result, directory)),
  );
  if (open?.state === "void") return { content: isSolo ? t.rounds.soloNotAsked : t.rounds.notShown };
  if (!open) return { content: t.rounds.over };
  const shown = { content: openingText(t, plan, open), files: [file] };
  if (open.state !== "open") return shown; // an earlier try showed it, and it closed before this one
  // What can't be queued now, the next sweep queues.
  if (open.closesAt !== undefined) await quizJobs.close(round.id, open.closesAt).catch(() => {});
  return { ...shown, components: [voteRow(t, round)] };
}

/** Nobody votes in it, and another one is drawn: at once, or of a study by the next sweep. */
async function takeBack({ redis, quizJobs }: Answering, { id, studyId, number }: Round): Promise<void> {
  await voidRound(redis, id);
  await quizJobs.next(studyId, number + 1).catch(() => {});
}

async function lost(answering: Answering, request: Request): Promise<OutgoingMessage> {
  const t = textsFor(request.locale);
  const stored = await readRound(answering.redis, request.id);
  if (stored) await takeBack(answering, stored.round);
  return { content: request.private ? t.rounds.soloNotAsked : t.rounds.notShown };
}

const voteRow = (t: Texts, { id, order }: Round) =>
  row(
    ...order.map((_, position) =>
      quizButton(t.rounds.vote(letterOf(position)), ["quiz-vote", String(position), id], ButtonStyle.Primary),
    ),
  );

export function openingText(t: Texts, plan: Plan, { round, closesAt }: StoredRound): string {
  const { number, hash, id } = round;
  const { mode, shamPercent, closing, kind } = plan;
  const rule = "votes" in closing ? t.rounds.closesAfter(closing.votes) : t.rounds.closesAt(closesAt ?? 0);
  const title = t.rounds.title(number, mode);
  const below = [
    t.rounds.task[mode](shamPercent),
    ...(kind === "solo" ? [] : [rule]),
    ...(kind === "study" ? [] : [t.rounds.kindNote[kind]]),
    ...(kind === "study" && number === 1 ? studyNotes(t, plan) : []),
    t.rounds.commitment(hash, id),
  ];
  const room = CONTENT_LIMIT - [title, ...below].join("\n").length - 4;
  return [title, quote(round.prompt, Math.min(room, PROMPT_SHOWN)), ...below].join("\n");
}

/** What was fixed at the start, and what it can't show. */
function studyNotes(t: Texts, plan: Plan): string[] {
  const { id, mode, backends, rounds, shamPercent, closing, members } = plan;
  const about = t.rounds.study(
    id,
    mode,
    backends.slice(0, BACKENDS_NAMED),
    backends.length,
    plannedRounds(plan),
    rounds,
    shamPercent,
    closing,
  );
  if (mode !== "two-picture") return [`-# ${about}`];
  const needed = membersNeeded(rounds);
  const count = backends.length;
  const limits = [
    canFind(rounds, count)
      ? undefined
      : t.rounds.cannotFind(rounds, count, t.units.pValue(leastP(rounds, count)), roundsNeeded(count)),
    needed !== undefined && needed <= (members ?? 0)
      ? undefined
      : t.rounds.outOfReach(rounds, needed, members),
  ].filter((limit) => limit !== undefined);
  return [about, ...limits].map((line) => `-# ${line}`);
}

function figureOf({ recipe, stats }: RenderResult, directory: Directory): Figure {
  const { seconds, memory, deviceName, device } = stats;
  return {
    label: labelOf(recipe, directory),
    weightsBytes: memory.weightsBytes,
    peakBytes: memory.peakBytes,
    measure: memory.measure,
    seconds: drawingSeconds(seconds),
    device: `${deviceName} (${device})`,
  };
}

const ended = (_: Request, __: Directory, sentence: string): OutgoingMessage => ({ content: sentence });

export const quizKind: Kind = { progress, answer, lost, ended, channelOnly: true };
