/** Whether a revealed round keeps its promise: the text is the hash's, and what it says is what was asked. */
import { verify } from "./commitment.ts";
import type { Plan } from "./plan.ts";
import type { Round } from "./round.ts";

/** The answer must point at the one picture that differs from the others in kind, and the seed be the round's. */
export function keepsPromise({ original, mode }: Plan, { id, hash, reveal, renders, order }: Round): boolean {
  const checked = verify(hash, reveal);
  if (!checked.valid || checked.mapping.roundId !== id) return false;
  const { trial, options, answer } = checked.mapping;
  const stood = order.map((index) => renders[index]?.recipe);
  if (options.length !== stood.length) return false;
  if (!options.every((option, position) => option.split(".")[0] === stood[position]?.split(".")[0]))
    return false;
  const originals = stood.filter((recipe) => recipe === original).length;
  if (trial === "sham") return originals === stood.length;
  if (trial !== mode || originals !== 1) return false;
  return (stood[answer] === original) === (trial === "find-original");
}
