/**
 * A study: which backends are asked about, with which prompts and in how many rounds, fixed at its start. Only a
 * complete study is tested: looking while it runs and stopping at a good moment would make any p value a lie.
 */
import { leastP, SIGNIFICANT } from "./reach.ts";
import { type ClusteredVote, clusterInterval } from "./statistics/clusters.ts";
import { type DPrime, dPrime } from "./statistics/dPrime.ts";
import { isEquivalent } from "./statistics/equivalence.ts";
import { holm } from "./statistics/holm.ts";
import { clopperPearson, type Interval, wilson } from "./statistics/proportion.ts";
import { type CountedRound, randomisationTest } from "./statistics/randomisation.ts";

export const DEFAULT_STUDY_ROUNDS = 40;

/** Two pictures, one of them quantized: the only trial type that a verdict on a backend rests on. */
const OPTIONS = 2;

export interface Study {
  backends: readonly string[];
  prompts: readonly string[];
  /** Rounds of each backend, with at least one vote each. */
  rounds: number;
}

/** A closed two-picture round against the original. Sham rounds and 'find the original' are scored elsewhere. */
export interface StudyRound {
  id: string;
  backend: string;
  prompt: string;
  /** Position of the quantized picture, 0 or 1. */
  answer: number;
  votes: readonly { memberId: string; choice: number }[];
}

export interface BackendFigures {
  backend: string;
  rounds: number;
  votes: number;
  correct: number;
  members: number;
  /** Different ones: what is found is found of these. */
  prompts: number;
  /** Of votes as if they were independent, for display. */
  wilson: Interval;
  clopperPearson: Interval;
  /** With rounds and members as clusters: the one that verdicts use. */
  interval: Interval;
  /** Undefined without a vote. */
  dPrime: DPrime | undefined;
}

export interface BackendOutcome extends BackendFigures {
  /** One-sided, exact randomisation test. */
  p: number;
  /** Holm's adjustment over the study's backends. */
  adjustedP: number;
  /** The smallest that it could have been. */
  leastP: number;
  equivalent: boolean;
  /** People took the original for the quantized picture: the same test on the other side, adjusted alike. */
  reversed: boolean;
}

export type StudyResult =
  | { state: "unfinished"; done: number; planned: number; backends: BackendFigures[] }
  | { state: "complete"; backends: BackendOutcome[] };

/**
 * @throws RangeError when the study has no backend or no round, or a round is no two-picture round of the study, has
 * two votes of one member, or is one more than was planned
 */
export function studyResult(study: Study, rounds: readonly StudyRound[]): StudyResult {
  if (study.backends.length === 0 || study.rounds < 1 || new Set(study.backends).size < study.backends.length)
    throw new RangeError("a study has backends, each once, and at least one round");
  if (new Set(rounds.map((round) => round.id)).size < rounds.length)
    throw new RangeError("a round counts once");
  for (const round of rounds) assertRound(study, round);
  const voted = rounds.filter((round) => round.votes.length > 0);
  const samples = study.backends.map((backend) => voted.filter((round) => round.backend === backend));
  if (samples.some((sample) => sample.length > study.rounds))
    throw new RangeError(`a study of ${study.rounds} rounds a backend has no more of them`);
  const backends = study.backends.map((backend, index) => figures(backend, samples[index] ?? []));
  const planned = study.rounds * study.backends.length;
  if (voted.length < planned) return { state: "unfinished", done: voted.length, planned, backends };
  const tests = samples.map((sample) => randomisationTest(sample.map(counted)));
  const adjusted = holm(tests.map(({ upper }) => upper));
  const adjustedBelow = holm(tests.map(({ lower }) => lower));
  return {
    state: "complete",
    backends: backends.map((backend, index) => ({
      ...backend,
      p: tests[index]?.upper ?? 1,
      adjustedP: adjusted[index] ?? 1,
      leastP: leastP(study.rounds, study.backends.length),
      equivalent: isEquivalent((samples[index] ?? []).flatMap(scored), 1 / OPTIONS),
      reversed: (adjustedBelow[index] ?? 1) < SIGNIFICANT && backend.interval.upper < 1 / OPTIONS,
    })),
  };
}

function assertRound(study: Study, round: StudyRound): void {
  if (!study.backends.includes(round.backend))
    throw new RangeError(`${round.backend} is no backend of the study`);
  if (![round.answer, ...round.votes.map((vote) => vote.choice)].every((position) => isPosition(position)))
    throw new RangeError(`round ${round.id} is no two-picture round`);
  if (new Set(round.votes.map((vote) => vote.memberId)).size < round.votes.length)
    throw new RangeError(`round ${round.id} has two votes of one member`);
}

const isPosition = (position: number) => Number.isInteger(position) && position >= 0 && position < OPTIONS;

/** A round as the randomisation test takes it. */
export function counted(round: Pick<StudyRound, "answer" | "votes">): CountedRound {
  const votes = new Array<number>(OPTIONS).fill(0);
  for (const { choice } of round.votes) votes[choice] = (votes[choice] ?? 0) + 1;
  return { votes, answer: round.answer };
}

/** Its votes as the interval takes them. */
export const scored = ({ id, answer, votes }: Pick<StudyRound, "id" | "answer" | "votes">): ClusteredVote[] =>
  votes.map(({ memberId, choice }) => ({ roundId: id, memberId, success: choice === answer }));

function figures(backend: string, rounds: readonly StudyRound[]): BackendFigures {
  const votes = rounds.flatMap(scored);
  const correct = votes.filter((vote) => vote.success).length;
  const interval = clusterInterval(votes);
  return {
    backend,
    rounds: rounds.length,
    votes: votes.length,
    correct,
    members: new Set(votes.map((vote) => vote.memberId)).size,
    prompts: new Set(rounds.map(({ prompt }) => prompt)).size,
    wilson: wilson(correct, votes.length),
    clopperPearson: clopperPearson(correct, votes.length),
    interval,
    dPrime: votes.length === 0 ? undefined : dPrime(correct, votes.length, interval),
  };
}
