/**
 * A book is what a server's moderators have decided, entry by entry, with the history of every change. Several people
 * write at once: a change names the revision of each entry that it starts from, and is refused when one of them has
 * moved on, so that nobody's change is lost without a word. Books never expire.
 */
import { isDeepStrictEqual } from "node:util";
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "./keys.ts";

export type BookName = "presets" | "settings";

/** A server's books on the desk of whoever changes them, and why. */
export interface Desk {
  redis: Redis;
  guildId: string;
  /** A member. */
  by: string;
  why?: string | undefined;
}

/** An entry's value and the revision of the book that wrote it. */
export interface Held<T = unknown> {
  value: T;
  revision: number;
}

/** One entry of a change. `from` is what the change starts from; an absent `to` takes the entry out. */
export interface Edit {
  key: string;
  from: Held | undefined;
  to: unknown;
}

/** The edit that makes an entry what it shall be; none where it is so already. */
export function editTo(key: string, from: Held | undefined, to: unknown): Edit[] {
  return isDeepStrictEqual(from?.value, to) ? [] : [{ key, from, to }];
}

const reasonSchema = z.object({
  /** The member who changed it. */
  by: z.string(),
  /** What was done, by the name under which the texts know it. */
  action: z.string(),
  why: z.string().optional(),
  /** The revision that this change takes back. */
  undoes: z.number().int().positive().optional(),
});
export type Reason = z.infer<typeof reasonSchema>;

const recordedSchema = reasonSchema.extend({
  /** Milliseconds. */
  at: z.number(),
  edits: z.array(
    z.object({ key: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
  ),
});
/** A change as the history keeps it. */
export type Recorded = z.infer<typeof recordedSchema> & { revision: number };

/** Somebody else has changed one of the entries since it was read. */
export class Conflict extends Error {
  override name = "Conflict";
  readonly key: string;
  constructor(key: string) {
    super(`${key} was changed meanwhile`);
    this.key = key;
  }
}

/**
 * KEYS: book, history. ARGV: the change for the history, then key, revision that it starts from (0: no such entry) and
 * new value (empty: none) of each entry. Answers the book's new revision, or the key that has moved on.
 */
const COMMIT = `
for i = 2, #ARGV, 3 do
  local held = redis.call('HGET', KEYS[1], ARGV[i])
  if (held and string.match(held, '^%d+') or '0') ~= ARGV[i + 1] then return ARGV[i] end
end
local revision = redis.call('RPUSH', KEYS[2], ARGV[1])
for i = 2, #ARGV, 3 do
  if ARGV[i + 2] == '' then redis.call('HDEL', KEYS[1], ARGV[i])
  else redis.call('HSET', KEYS[1], ARGV[i], revision .. ' ' .. ARGV[i + 2]) end
end
return revision`;

const committedSchema = z.union([z.number(), z.string()]);

/** Every entry of a server's book by its key. */
export async function readBook(redis: Redis, book: BookName, guildId: string): Promise<Map<string, Held>> {
  const stored = await redis.hgetall(keys.book(book, guildId));
  return new Map(
    Object.entries(stored).map(([key, text]) => {
      const space = text.indexOf(" ");
      return [key, { revision: Number(text.slice(0, space)), value: JSON.parse(text.slice(space + 1)) }];
    }),
  );
}

/**
 * Makes a change as a whole, or not at all.
 * @returns the book's new revision
 * @throws Conflict
 */
export async function commit(
  redis: Redis,
  book: BookName,
  guildId: string,
  edits: readonly Edit[],
  reason: Reason,
): Promise<number> {
  const recorded = {
    ...reason,
    at: Date.now(),
    edits: edits.map(({ key, from, to }) => ({ key, before: from?.value, after: to })),
  };
  const committed = committedSchema.parse(
    await redis.eval(
      COMMIT,
      2,
      keys.book(book, guildId),
      keys.history(book, guildId),
      JSON.stringify(recorded),
      ...edits.flatMap(({ key, from, to }) => [
        key,
        from?.revision ?? 0,
        to === undefined ? "" : JSON.stringify(to),
      ]),
    ),
  );
  if (typeof committed === "string") throw new Conflict(committed);
  return committed;
}

/** A change that follows from what the book holds is made anew this often when others change it at the same time. */
const TRIES = 10;

/**
 * Makes the change that follows from what the book holds, whoever else writes at the same time.
 * @param follow may be called several times; what it throws is thrown
 * @returns what was changed, or undefined where nothing follows
 * @throws Conflict when others were faster every time
 */
export async function revise(
  redis: Redis,
  book: BookName,
  guildId: string,
  reason: Reason,
  follow: (entries: ReadonlyMap<string, Held>) => readonly Edit[],
): Promise<readonly Edit[] | undefined> {
  for (let tries = 1; ; tries++) {
    const edits = follow(await readBook(redis, book, guildId));
    if (edits.length === 0) return undefined;
    try {
      await commit(redis, book, guildId, edits, reason);
      return edits;
    } catch (error) {
      if (!(error instanceof Conflict) || tries === TRIES) throw error;
    }
  }
}

/** Each answer of a transaction is an error and a value. */
const pageSchema = z.tuple([z.tuple([z.null(), z.number()]), z.tuple([z.null(), z.array(z.string())])]);

/** Changes from the newest on, `skip` of them left out, and how many there are in all. */
export async function readHistory(
  redis: Redis,
  book: BookName,
  guildId: string,
  { skip = 0, count }: { skip?: number; count: number },
): Promise<{ changes: Recorded[]; total: number }> {
  const key = keys.history(book, guildId);
  // At once, so that a change in between does not move what is counted.
  const answers = await redis
    .multi()
    .llen(key)
    .lrange(key, -(skip + count), -(skip + 1))
    .exec();
  const [[, total], [, stored]] = pageSchema.parse(answers);
  const newest = total - skip;
  const changes = stored
    .toReversed()
    .map((text, index) => ({ ...recordedSchema.parse(JSON.parse(text)), revision: newest - index }));
  return { changes, total };
}
