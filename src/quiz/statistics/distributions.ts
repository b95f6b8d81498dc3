/**
 * Quantiles and tails, from Moshier's Cephes library (Methods and Programs for Mathematical Functions, 1989). Checked
 * against SciPy to 1e-9 in test/unit/quiz/reference.test.ts.
 */
import { compiled, incbet, ndtri } from "cephes";

await compiled;

/** Halvings of 0..1 leave an error below 1e-18. */
const HALVINGS = 60;

/**
 * x with I_x(a, b) = p, for a, b > 0 that need not be whole, and 0 < p < 1. By bisection, which can't fail: Cephes'
 * own inverse throws where it underflows, as for the small a of a few clusters.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(a > 0 && b > 0)) throw new RangeError(`beta parameters must be positive, not ${a} and ${b}`);
  assertOpenUnit(p);
  let lower = 0;
  let upper = 1;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (lower + upper) / 2;
    if (incbet(a, b, middle) < p) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}

/** z with P(Z <= z) = p for a standard normal Z, 0 < p < 1. */
export function normalQuantile(p: number): number {
  assertOpenUnit(p);
  return ndtri(p);
}

/**
 * t with P(T <= t) = p for Student's T with `df` > 0 degrees of freedom, which need not be whole. From
 * P(|T| > t) = I_x(df / 2, 1 / 2), x = df / (df + t²): Abramowitz and Stegun (1964), 26.7.1 with 26.5.27.
 */
export function studentQuantile(p: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be positive, not ${df}`);
  assertOpenUnit(p);
  if (p === 0.5) return 0;
  const x = betaQuantile(2 * Math.min(p, 1 - p), df / 2, 0.5);
  return Math.sign(p - 0.5) * Math.sqrt((df * (1 - x)) / x);
}

/**
 * P(X >= successes) for X binomial with `trials` and `chance`: I_chance(k, n - k + 1), Abramowitz and Stegun (1964),
 * 26.5.24.
 */
export function binomialUpperTail(successes: number, trials: number, chance: number): number {
  assertCounts(successes, trials);
  assertOpenUnit(chance);
  return successes === 0 ? 1 : incbet(successes, trials - successes + 1, chance);
}

/** @throws RangeError unless 0 <= successes <= trials, both whole */
export function assertCounts(successes: number, trials: number): void {
  if (
    !Number.isSafeInteger(successes) ||
    !Number.isSafeInteger(trials) ||
    successes < 0 ||
    successes > trials
  )
    throw new RangeError(`${successes} of ${trials} is no count of successes`);
}

/** @throws RangeError unless 0 < p < 1 */
export function assertOpenUnit(p: number): void {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability between 0 and 1 is needed, not ${p}`);
}
