/**
 * Sensitivity in the two-picture mode, a two-alternative forced choice: d' = √2 · z(proportion correct), for an
 * observer without position bias. Green and Swets (1966), Signal Detection Theory and Psychophysics; Macmillan and
 * Creelman (2005), Detection Theory: A User's Guide, chapter 7. It has no meaning for other numbers of options here.
 */
import { assertCounts, normalQuantile } from "./distributions.ts";
import type { Interval } from "./proportion.ts";

export interface DPrime extends Interval {
  estimate: number;
}

/**
 * z is infinite at 0 and 1, so these proportions, of the estimate and of the interval's ends, are moved to 1 / 2n
 * and 1 - 1 / 2n: Macmillan and Kaplan (1985), Detection theory analysis of group data. A limit closer to 0 or 1 than
 * that is moved as well, so the interval always holds the estimate.
 *
 * @param interval of the proportion; z is monotonic, so its transformed ends cover just as often
 * @throws RangeError without a trial
 */
export function dPrime(correct: number, trials: number, interval: Interval): DPrime {
  assertCounts(correct, trials);
  if (trials === 0) throw new RangeError("d' needs at least one trial");
  const edge = 1 / (2 * trials);
  const of = (proportion: number) =>
    Math.SQRT2 * normalQuantile(Math.min(Math.max(proportion, edge), 1 - edge));
  return { estimate: of(correct / trials), lower: of(interval.lower), upper: of(interval.upper) };
}
