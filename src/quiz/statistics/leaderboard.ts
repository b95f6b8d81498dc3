/** Who sees best, without rewarding three lucky votes. */
import { wilson } from "./proportion.ts";

/** Fewer votes are not ranked. */
export const LEADERBOARD_MIN_VOTES = 20;

export interface Score {
  memberId: string;
  correct: number;
  votes: number;
}

export interface RankedScore extends Score {
  /** Lower end of the 95% Wilson interval, which the order goes by. */
  lower: number;
}

/**
 * Ordered by the lower end of Wilson's interval; equal ones by more votes, then by member id, so that the order is
 * always the same. Votes of one trial type only: another chance level would reward its easier rounds.
 */
export function leaderboard(scores: readonly Score[]): RankedScore[] {
  return scores
    .filter((score) => score.votes >= LEADERBOARD_MIN_VOTES)
    .map((score) => ({ ...score, lower: wilson(score.correct, score.votes).lower }))
    .sort((a, b) => b.lower - a.lower || b.votes - a.votes || (a.memberId < b.memberId ? -1 : 1));
}
