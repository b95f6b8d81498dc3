/** Whether a revealed round keeps its promise: the text is the hash's, and what it says is what was asked. */
import { isDeepStrictEqual } from "node:util";
import { verify } from "./commitment.ts";
import type { Plan } from "./plan.ts";
import { optionName, type Round } from "./round.ts";

/**
 * The text must say what the round was rendered and counted by, and its answer point at the one picture that differs
 * from the others in kind.
 */
export function keepsPromise(
  { original, mode }: Plan,
  { id, hash, reveal, renders, order, mapping }: Round,
): boolean {
  const checked = verify(hash, reveal);
  if (!checked.valid || checked.mapping.roundId !== id || !isDeepStrictEqual(checked.mapping, mapping))
    return false;
  const { trial, options, answer } = mapping;
  const stood = order.flatMap((index) => renders[index] ?? []);
  if (!isDeepStrictEqual(options, stood.map(optionName))) return false;
  const originals = stood.filter(({ recipe }) => recipe === original).length;
  if (trial === "sham") return originals === stood.length && stood[answer]?.execution === "alternate";
  if (trial !== mode || originals !== 1) return false;
  return (stood[answer]?.recipe === original) === (trial === "find-original");
}
