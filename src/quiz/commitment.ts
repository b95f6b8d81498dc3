/**
 * Commit and reveal: at opening the round's message carries a SHA-256, at closing the text that it is the hash of.
 * The text is canonical JSON (RFC 8785: members sorted by name, no white space) of the mapping and a 256-bit salt.
 * The salt hides the mapping, which alone could be found by trying all, as far as SHA-256 behaves like a random oracle
 * (Bellare and Rogaway 1993, Random oracles are practical); its resistance to collisions binds the server.
 *
 * Anybody can check it. The text holds no quotation mark but JSON's own, so the shell takes it literally:
 *
 *     printf %s '<revealed text>' | sha256sum
 *
 * On macOS `shasum -a 256` stands in for `sha256sum`.
 */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

/** Letters that neither JSON nor a shell escapes. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/);

export const mappingSchema = z.strictObject({
  roundId: name,
  trial: z.enum(["two-picture", "find-original", "sham"]),
  /** What stood at each position: a backend, for a sham round with its execution. */
  options: z.array(name).min(2).max(4),
  /** The position that counts as correct; in a sham round the other execution's. */
  answer: z.number().int().nonnegative(),
  /** Of the noise that all pictures were rendered from. */
  seed: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
});
export type Mapping = z.infer<typeof mappingSchema>;

const committedSchema = mappingSchema
  .extend({ salt: z.string().regex(/^[0-9a-f]{64}$/) })
  .refine((committed) => committed.answer < committed.options.length, "the answer is one of the options");

export interface Commitment {
  /** Lower-case hexadecimal SHA-256, for the opening message. */
  hash: string;
  /** Secret until the round closes. */
  reveal: string;
}

/** @throws ZodError when the mapping is none */
export function commit(mapping: Mapping): Commitment {
  const reveal = canonical({ ...mapping, salt: randomBytes(32).toString("hex") });
  return { hash: sha256(reveal), reveal };
}

export type Verification =
  | { valid: true; mapping: Mapping }
  /** Another text was committed to, or what was committed to is no mapping in canonical form. */
  | { valid: false; reason: "hash-differs" | "no-mapping" };

export function verify(hash: string, reveal: string): Verification {
  if (sha256(reveal) !== hash) return { valid: false, reason: "hash-differs" };
  const committed = committedSchema.safeParse(parseJson(reveal));
  if (!committed.success || canonical(committed.data) !== reveal)
    return { valid: false, reason: "no-mapping" };
  const { salt: _, ...mapping } = committed.data;
  return { valid: true, mapping };
}

/** The one line that checks a reveal in a shell. */
export const checkCommand = (reveal: string): string => `printf %s '${reveal}' | sha256sum`;

function canonical(committed: z.input<typeof committedSchema>): string {
  const { answer, options, roundId, salt, seed, trial } = committedSchema.parse(committed);
  return JSON.stringify({ answer, options, roundId, salt, seed, trial });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
