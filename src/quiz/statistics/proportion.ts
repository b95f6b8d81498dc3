/** Intervals for a proportion of independent trials. Votes of one round are not independent: see clusters.ts. */
import { assertCounts, assertOpenUnit, betaQuantile, normalQuantile } from "./distributions.ts";

export interface Interval {
  lower: number;
  upper: number;
}

/** Without a trial nothing is known. */
const NOTHING_KNOWN: Readonly<Interval> = { lower: 0, upper: 1 };

/**
 * Wilson's score interval: Wilson (1927), Probable inference, the law of succession, and statistical inference;
 * recommended for display by Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion.
 *
 * @throws RangeError when the counts are none, or the confidence is not between 0 and 1
 */
export function wilson(successes: number, trials: number, confidence = 0.95): Interval {
  assertCounts(successes, trials);
  assertOpenUnit(confidence);
  if (trials === 0) return NOTHING_KNOWN;
  const z = normalQuantile((1 + confidence) / 2);
  const rate = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (rate + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / trials + z ** 2 / (4 * trials ** 2));
  return {
    lower: successes === 0 ? 0 : middle - half,
    upper: successes === trials ? 1 : middle + half,
  };
}

/**
 * The exact interval, never below its stated coverage: Clopper and Pearson (1934), The use of confidence or fiducial
 * limits illustrated in the case of the binomial. The counts need not be whole, so that clusters.ts can use it with
 * an effective sample size.
 *
 * @throws RangeError unless 0 <= successes <= trials and 0 < confidence < 1
 */
export function clopperPearson(successes: number, trials: number, confidence = 0.95): Interval {
  if (!(successes >= 0 && successes <= trials))
    throw new RangeError(`${successes} of ${trials} is no count of successes`);
  assertOpenUnit(confidence);
  if (trials === 0) return NOTHING_KNOWN;
  const tail = (1 - confidence) / 2;
  return {
    lower: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    upper: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}
