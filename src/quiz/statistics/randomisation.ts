/**
 * The exact randomisation test of a backend. What is random by design is only the hidden position: whatever members
 * voted, and however much they share a taste, in each round the position was uniform over the options. Under the
 * null hypothesis that no vote depends on the position, the number of correct votes of a round is therefore the
 * count of votes on an option drawn uniformly, independently from round to round, and the distribution of the total
 * is the convolution. Fisher (1935), The Design of Experiments; Edgington and Onghena (2007), Randomization Tests.
 */

export interface CountedRound {
  /** Votes on each option, in the order of the positions. Its length is the number of options, at least two. */
  votes: readonly number[];
  /** The position that counted as correct. */
  answer: number;
}

export interface RandomisationTest {
  /** Votes on the correct options. */
  correct: number;
  /** What the null hypothesis expects. */
  expected: number;
  /** P(at least as many correct votes), one-sided: this backend can be told. */
  upper: number;
  /** P(at most as many correct votes), one-sided: people take the original for this backend. */
  lower: number;
  /** P(at least as far from what is expected, on either side). */
  twoSided: number;
}

/** Sums of probabilities that are equal in theory differ by rounding. */
const ROUNDING = 1e-9;

/**
 * Rounds of one trial type only; the number of options may differ between them. Without a vote the p values are 1.
 *
 * @throws RangeError when a round has fewer than two options, an answer that is none, or counts that are none
 */
export function randomisationTest(rounds: readonly CountedRound[]): RandomisationTest {
  let correct = 0;
  let expected = 0;
  for (const round of rounds) {
    const count = round.votes[round.answer];
    if (count === undefined || round.votes.length < 2)
      throw new RangeError(`no answer ${round.answer} among ${round.votes.length} options`);
    if (round.votes.some((votes) => !Number.isSafeInteger(votes) || votes < 0))
      throw new RangeError(`${round.votes.join(", ")} are no counts of votes`);
    correct += count;
    expected += round.votes.reduce((sum, votes) => sum + votes, 0) / round.votes.length;
  }
  const distance = Math.abs(correct - expected) - ROUNDING;
  let [upper, lower] = [0, 0];
  let twoSided = 0;
  nullDistribution(rounds).forEach((probability, total) => {
    if (total >= correct) upper += probability;
    if (total <= correct) lower += probability;
    if (Math.abs(total - expected) >= distance) twoSided += probability;
  });
  const most = (p: number) => Math.min(p, 1);
  return { correct, expected, upper: most(upper), lower: most(lower), twoSided: most(twoSided) };
}

/** Probability of each total of correct votes, its index, under the null hypothesis. */
function nullDistribution(rounds: readonly CountedRound[]): Float64Array {
  let distribution = Float64Array.of(1);
  for (const { votes } of rounds) {
    const next = new Float64Array(distribution.length + Math.max(...votes));
    for (const count of votes)
      distribution.forEach((probability, total) => {
        next[total + count] = (next[total + count] ?? 0) + probability / votes.length;
      });
    distribution = next;
  }
  return distribution;
}
