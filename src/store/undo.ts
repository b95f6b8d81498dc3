/** Taking back the newest change of a book that nobody has taken back yet. The history keeps both. */
import { isDeepStrictEqual } from "node:util";
import type { Redis } from "ioredis";
import {
  type BookName,
  Conflict,
  commit,
  type Edit,
  type Held,
  type Recorded,
  readBook,
  readHistory,
} from "./books.ts";

/** How far back there is something to undo. */
const DEPTH = 200;

/** @returns the change that would be undone next */
async function nextOf(redis: Redis, book: BookName, guildId: string): Promise<Recorded | undefined> {
  const { changes } = await readHistory(redis, book, guildId, { count: DEPTH });
  const undone = new Set(changes.map(({ undoes }) => undoes));
  return changes.find(({ revision, undoes }) => undoes === undefined && !undone.has(revision));
}

/**
 * @param check sees the edits and the book that they start from, and throws where the book would not hold together
 * @returns the change that was undone, or undefined when there is none
 * @throws Conflict when what it wrote is not there any more
 */
export async function undo(
  redis: Redis,
  book: BookName,
  guildId: string,
  reason: { by: string; why?: string | undefined },
  check: (edits: readonly Edit[], entries: ReadonlyMap<string, Held>) => void = () => {},
): Promise<Recorded | undefined> {
  const [target, entries] = await Promise.all([nextOf(redis, book, guildId), readBook(redis, book, guildId)]);
  if (!target) return undefined;
  const edits = target.edits.map(({ key, before, after }) => {
    const from = entries.get(key);
    if (!isDeepStrictEqual(from?.value, after)) throw new Conflict(key);
    return { key, from, to: before };
  });
  check(edits, entries);
  await commit(redis, book, guildId, edits, { ...reason, action: "undo", undoes: target.revision });
  return target;
}
