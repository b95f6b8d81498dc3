/**
 * Position bias, from sham rounds, where every option is the same backend (in another execution) and nothing but the
 * position and the numerical noise floor tells them apart. Which picture stood where was drawn uniformly, so the
 * randomisation test serves with the position in the answer's place, as a two-sided test; Holm over the positions where
 * there are more than two. Of two the one's share is what the other's leaves: that is one test.
 */
import { type ClusteredVote, clusterInterval } from "./clusters.ts";
import { holm } from "./holm.ts";
import type { Interval } from "./proportion.ts";
import { randomisationTest } from "./randomisation.ts";

export interface ShamVote {
  roundId: string;
  memberId: string;
  /** The position voted for, from 0. */
  choice: number;
}

export interface PositionShare {
  position: number;
  votes: number;
  /** Of all votes; undefined without any. */
  share: number | undefined;
  interval: Interval;
  /** Two-sided; of more than two positions adjusted over them. */
  p: number;
}

/**
 * One entry a position.
 *
 * @param options number of options, the same in each round
 * @throws RangeError when a vote is for no position
 */
export function positionShares(votes: readonly ShamVote[], options: number): PositionShare[] {
  const counts = new Map<string, number[]>();
  for (const { roundId, choice } of votes) {
    if (!Number.isInteger(choice) || choice < 0 || choice >= options)
      throw new RangeError(`no position ${choice} among ${options}`);
    const round = counts.get(roundId) ?? new Array<number>(options).fill(0);
    round[choice] = (round[choice] ?? 0) + 1;
    counts.set(roundId, round);
  }
  const tests = Array.from({ length: options }, (_, position) =>
    randomisationTest([...counts.values()].map((round) => ({ votes: round, answer: position }))),
  );
  const pValues = tests.map((test) => test.twoSided);
  const adjusted = options === 2 ? pValues : holm(pValues);
  return tests.map((test, position) => ({
    position,
    votes: test.correct,
    share: votes.length === 0 ? undefined : test.correct / votes.length,
    interval: clusterInterval(
      votes.map((vote): ClusteredVote => ({ ...vote, success: vote.choice === position })),
    ),
    p: adjusted[position] ?? 1,
  }));
}
