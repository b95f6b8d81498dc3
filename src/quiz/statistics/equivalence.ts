/**
 * 'Practically at chance' is claimed only when the whole interval lies within a margin of chance: Schuirmann (1987),
 * A comparison of the two one-sided tests procedure; Lakens (2017), Equivalence tests. The whole 95% interval is
 * asked for, not the 90% interval that two one-sided tests at 5% need: the claim errs in at most 2.5% at the margin.
 */
import type { Interval } from "./proportion.ts";

/**
 * A tenth of the way from chance to certainty. With two pictures that is 45-55%. For other numbers of options the
 * same share is taken after Abbott's correction for guessing, (p - c) / (1 - c): Abbott (1925), A method of computing
 * the effectiveness of an insecticide. At c = 1/4 that is 17.5-32.5%.
 */
const MARGIN = 0.1;

/** @param chance probability of a correct guess, between 0 and 1 */
export function equivalenceMargin(chance: number): Interval {
  const half = MARGIN * (1 - chance);
  return { lower: chance - half, upper: chance + half };
}

export function isEquivalent(interval: Interval, chance: number): boolean {
  const margin = equivalenceMargin(chance);
  return interval.lower >= margin.lower && interval.upper <= margin.upper;
}
