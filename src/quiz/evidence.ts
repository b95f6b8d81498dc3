/** What a study's rounds say so far: only revealed rounds, and each trial type for itself. */
import type { Redis } from "ioredis";
import type { StoredRound } from "../store/quiz/rounds.ts";
import { type Vote, votesOf } from "../store/quiz/votes.ts";
import type { Plan } from "./plan.ts";
import type { Standing } from "./standing.ts";
import type { ClusteredVote } from "./statistics/clusters.ts";
import { type StudyResult, type StudyRound, scored, studyResult } from "./study.ts";

export interface VotedRound extends StoredRound {
  votes: Vote[];
}

/** Revealed rounds with votes that count for the study's length: no sham rounds. */
export async function votedRounds(
  redis: Redis,
  plan: Plan,
  rounds: readonly StoredRound[],
): Promise<VotedRound[]> {
  const revealed = await withVotes(redis, rounds);
  return revealed.filter(({ round, votes }) => round.mapping.trial === plan.mode && votes.length > 0);
}

/** Every revealed round with its votes. */
export async function withVotes(redis: Redis, rounds: readonly StoredRound[]): Promise<VotedRound[]> {
  const revealed = rounds.filter(({ state }) => state === "revealed");
  return Promise.all(
    revealed.map(async (stored) => ({ ...stored, votes: await votesOf(redis, stored.round.id) })),
  );
}

/** The quantized backend of a two-picture round. */
export const backendOf = ({ original }: Plan, { renders }: StoredRound["round"]): string =>
  renders.find(({ recipe }) => recipe !== original)?.recipe ?? original;

/** Of a two-picture study, without the backends that were set aside. */
export function resultOf(
  plan: Plan,
  voted: readonly VotedRound[],
  { setAside }: Pick<Standing, "setAside">,
): StudyResult {
  const rounds = voted.map(
    ({ round, votes }): StudyRound => ({
      id: round.id,
      backend: backendOf(plan, round),
      prompt: round.prompt,
      answer: round.mapping.answer,
      votes,
    }),
  );
  const isLeft = (backend: string) => !setAside.includes(backend);
  return studyResult(
    { ...plan, backends: plan.backends.filter(isLeft) },
    rounds.filter(({ backend }) => isLeft(backend)),
  );
}

/** Revealed sham rounds with votes. */
export async function shamRounds(redis: Redis, rounds: readonly StoredRound[]): Promise<VotedRound[]> {
  const revealed = await withVotes(redis, rounds);
  return revealed.filter(({ round, votes }) => round.mapping.trial === "sham" && votes.length > 0);
}

/** Of rounds of one trial type; in a sham round a vote for the other execution of the original is a success. */
export const scoredVotes = (rounds: readonly VotedRound[]): ClusteredVote[] =>
  rounds.flatMap(({ round, votes }) => scored({ id: round.id, answer: round.mapping.answer, votes }));
