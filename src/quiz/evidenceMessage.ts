/** /quiz evidence: what a study has found so far, as figures and as a chart. */
import type { Redis } from "ioredis";
import type { Directory } from "../backends/directory.ts";
import { fitting } from "../discord/fit.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { labelOf } from "../generation/outcomes.ts";
import { detectionChart } from "../plots/detection.ts";
import { roundsOf, type StoredRound } from "../store/quiz/rounds.ts";
import type { StoredStudy } from "../store/quiz/studies.ts";
import type { Texts } from "../texts/texts.ts";
import { resultOf, scoredVotes, shamRounds, type VotedRound, votedRounds } from "./evidence.ts";
import { type Plan, plannedRounds } from "./plan.ts";
import { letterOf } from "./round.ts";
import { type Standing, standing } from "./standing.ts";
import { clusterInterval } from "./statistics/clusters.ts";
import { positionShares } from "./statistics/position.ts";
import { randomisationTest } from "./statistics/randomisation.ts";
import { type BackendFigures, counted } from "./study.ts";
import { foundText, weightsOf } from "./verdictMessage.ts";

const MIB = 1024 ** 2;

interface Ports {
  redis: Redis;
  directory: Directory;
}

export async function evidenceMessage(
  { redis, directory }: Ports,
  t: Texts,
  { plan, state }: StoredStudy,
): Promise<OutgoingMessage> {
  const rounds = await roundsOf(redis, plan.id);
  const voted = await votedRounds(redis, plan, rounds);
  const stands = standing(plan, rounds, voted);
  const about = statusText(t, { plan, state }, stands);
  if (plan.mode === "find-original")
    return { content: [about, t.quizEvidence.noVerdict, foundText(t, plan, voted)].join("\n") };
  // Whatever was computed: a study that was stopped, in its last round too, has no test.
  const isComplete = state === "complete";
  // Without a verdict there is none to leave a backend out of: its votes were cast.
  const of = isComplete ? stands : { setAside: [] };
  const shown = resultOf(plan, voted, of).backends.filter(({ votes }) => votes > 0);
  const head = [
    about,
    {
      running: t.quiz.unfinished(stands.done, stands.planned),
      stopped: t.quizEvidence.stopped,
      complete: t.quizEvidence.complete,
    }[state],
  ];
  const foot = [...(await shamText(redis, t, rounds, isComplete)), t.quizEvidence.intervals];
  const { shown: lines, left } = fitting(
    shown.map((figures) => t.quizEvidence.backend(figures)),
    [...head, ...foot, t.quizEvidence.more(shown.length)],
  );
  const middle = shown.length === 0 ? [t.quizEvidence.nothing] : lines;
  const content = [...head, ...middle, ...(left > 0 ? [t.quizEvidence.more(left)] : []), ...foot].join("\n");
  const file = await chart(t, plan, directory, voted, shown, !isComplete);
  return { content, ...(file && { files: [file] }) };
}

/** Of what rounds stand in it: which study, where, how far, and what is asked no more. */
export function statusText(t: Texts, { plan, state }: StoredStudy, stands: Standing): string {
  const { id, mode, channelId } = plan;
  const isStopped = state === "stopped";
  const done = isStopped ? stands.voted : stands.done;
  const planned = isStopped ? plannedRounds(plan) : stands.planned;
  const about = t.rounds.status(id, mode, channelId, t.rounds.states[state], done, planned);
  const isLess = !isStopped && stands.setAside.length > 0;
  return [about, ...(isLess ? [t.rounds.setAside(stands.setAside)] : [])].join("\n");
}

/** Sham rounds: what members do when there is nothing to find. Tests like the study's, only once it is complete. */
async function shamText(
  redis: Redis,
  t: Texts,
  rounds: readonly StoredRound[],
  isComplete: boolean,
): Promise<string[]> {
  const shams = await shamRounds(redis, rounds);
  if (shams.length === 0) return [];
  const votes = scoredVotes(shams);
  const correct = votes.filter(({ success }) => success).length;
  const cast = shams.flatMap(({ round, votes }) => votes.map((vote) => ({ ...vote, roundId: round.id })));
  const positions = positionShares(cast, 2);
  const shares = positions.map(({ position, share, interval }) => ({
    ...{ letter: letterOf(position), share: share ?? 0, interval },
  }));
  return [
    t.quizEvidence.sham(
      ...([shams.length, correct, votes.length, clusterInterval(votes)] as const),
      isComplete ? labelTest(shams) : undefined,
    ),
    // Of two positions the one's share is what the other's leaves: that is one test.
    t.quizEvidence.positions(shares, isComplete ? positions[0]?.p : undefined),
  ];
}

/** Can anybody tell the other execution? Two-sided, since either side would be a leak. */
const labelTest = (shams: readonly VotedRound[]): number =>
  randomisationTest(shams.map(({ round, votes }) => counted({ answer: round.mapping.answer, votes })))
    .twoSided;

async function chart(
  t: Texts,
  plan: Plan,
  directory: Directory,
  voted: readonly VotedRound[],
  shown: readonly BackendFigures[],
  unfinished: boolean,
) {
  const points = shown.flatMap(({ backend, correct, votes, interval }) => {
    const weights = weightsOf(voted, backend);
    if (weights === undefined) return [];
    const percent = (share: number) => 100 * share;
    return [
      {
        ...{ label: labelOf(backend, directory), memory: weights / MIB, rate: percent(correct / votes) },
        ...{ lower: percent(interval.lower), upper: percent(interval.upper) },
      },
    ];
  });
  if (points.length === 0) return undefined;
  const data = await detectionChart({
    title: t.quizEvidence.chartTitle(unfinished),
    subtitle: t.quizEvidence.chartSubtitle(plan.id),
    number: t.units.number,
    memory: t.quizEvidence.memoryAxis,
    rate: t.quizEvidence.rateAxis,
    chance: { label: t.quizEvidence.chance, percent: 50 },
    points,
  });
  return { name: "evidence.png", data, description: t.quizEvidence.alt(points) };
}
