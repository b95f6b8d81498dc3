/** A round's secrets, from the operating system's cryptographic generator: unbiased and independent of other rounds. */
import { randomInt } from "node:crypto";

/**
 * A uniform order of the options: Fisher and Yates (1938), Statistical Tables, example 12. Never balanced over rounds,
 * or members who saw earlier answers could predict the next.
 */
export function drawOrder<T>(options: readonly T[]): T[] {
  const rest = [...options];
  return options.flatMap(() => rest.splice(randomInt(rest.length), 1));
}

/** Uniform over the 2^53 whole numbers that JavaScript and JSON hold exactly. `randomInt` alone ends at 2^48. */
export const drawSeed = (): number => randomInt(2 ** 26) * 2 ** 27 + randomInt(2 ** 27);
