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
 * z is infinite at 0 and 1, so of the estimate these proportions are moved to 1 / 2n
 * and 1 - 1 / 2n: Macmillan and Kaplan (1985), Detection theory analysis of group data. Limits stay where they are,
 * infinite where the proportion's reach 0 or 1.
 *
 * @param interval of the proportion; z is monotonic, so its transformed ends cover just as often
 * @throws RangeError without a trial
 */
export function dPrime(correct: number, trials: number, interval: Interval): DPrime {
  assertCounts(correct, trials);
  if (trials === 0) throw new RangeError("d' needs at least one trial");
  const edge = 1 / (2 * trials);
  const estimate = of(Math.min(Math.max(correct / trials, edge), 1 - edge));
  return { estimate, lower: of(interval.lower), upper: of(interval.upper) };
}

/** Of a limit of nearly 0 or 1 what is left is rounding, on one side and not on the other. */
const NEARLY = 1e-9;

function of(proportion: number): number {
  if (proportion <= NEARLY) return Number.NEGATIVE_INFINITY;
  return proportion >= 1 - NEARLY ? Number.POSITIVE_INFINITY : Math.SQRT2 * normalQuantile(proportion);
}
