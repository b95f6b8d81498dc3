/** One member's own votes. Only here is the binomial right: one vote a round, and the position drawn anew each round. */
import { binomialUpperTail } from "./distributions.ts";

export interface MemberVote {
  roundId: string;
  correct: boolean;
}

/**
 * One-sided: P(at least as many correct by guessing). All rounds have the same number of options.
 *
 * @throws RangeError when a round occurs twice, or there are fewer than two options
 */
export function memberTest(votes: readonly MemberVote[], options: number): number {
  if (!Number.isInteger(options) || options < 2) throw new RangeError(`${options} options are no choice`);
  if (new Set(votes.map((vote) => vote.roundId)).size < votes.length)
    throw new RangeError("one member has one vote a round");
  return binomialUpperTail(votes.filter((vote) => vote.correct).length, votes.length, 1 / options);
}
