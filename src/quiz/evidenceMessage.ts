/** /quiz evidence: what a study has found so far, as figures and as a chart. */
import type { Redis } from "ioredis";
import type { Directory } from "../backends/directory.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { labelOf } from "../generation/outcomes.ts";
import { detectionChart } from "../plots/detection.ts";
import { roundsOf } from "../store/quiz/rounds.ts";
import type { StoredStudy } from "../store/quiz/studies.ts";
import type { Texts } from "../texts/texts.ts";
import { resultOf, shamVotes, type VotedRound, votedRounds } from "./evidence.ts";
import { fitting } from "./fit.ts";
import { type Plan, plannedRounds } from "./plan.ts";
import { letterOf } from "./round.ts";
import { clusterInterval } from "./statistics/clusters.ts";
import { positionShares } from "./statistics/position.ts";
import type { BackendFigures } from "./study.ts";
import { studyVerdict } from "./verdict.ts";
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
  const { id, mode, channelId } = plan;
  const standing = t.rounds.states[state];
  const about = t.rounds.status(id, mode, channelId, standing, voted.length, plannedRounds(plan));
  if (plan.mode === "find-original")
    return { content: [about, t.quizEvidence.noVerdict, foundText(t, plan, voted)].join("\n") };
  const result = resultOf(plan, voted);
  const verdict = studyVerdict(result, t);
  const shown = result.backends.filter(({ votes }) => votes > 0);
  const head = [about, ...(verdict.state === "unfinished" ? verdict.sentences : [t.quizEvidence.complete])];
  const foot = [...(await shamText(redis, t, rounds)), t.quizEvidence.intervals];
  const { shown: lines, left } = fitting(
    shown.map((figures) => t.quizEvidence.backend(figures)),
    [...head, ...foot, t.quizEvidence.more(shown.length)],
  );
  const middle = shown.length === 0 ? [t.quizEvidence.nothing] : lines;
  const content = [...head, ...middle, ...(left > 0 ? [t.quizEvidence.more(left)] : []), ...foot].join("\n");
  const file = await chart(t, plan, directory, voted, shown, verdict.state === "unfinished");
  return { content, ...(file && { files: [file] }) };
}

/** Sham rounds: what members do when there is nothing to find. */
async function shamText(redis: Redis, t: Texts, rounds: Parameters<typeof shamVotes>[1]): Promise<string[]> {
  const votes = await shamVotes(redis, rounds);
  if (votes.length === 0) return [];
  const asked = new Set(votes.map(({ roundId }) => roundId)).size;
  const correct = votes.filter(({ correct }) => correct);
  const interval = clusterInterval(votes.map((vote) => ({ ...vote, success: vote.correct })));
  const shares = positionShares(votes, 2).map(({ position, share, interval, p }) => ({
    ...{ letter: letterOf(position), share: share ?? 0, interval, p },
  }));
  return [
    t.quizEvidence.sham(asked, correct.length, votes.length, interval),
    t.quizEvidence.positions(shares),
  ];
}

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
