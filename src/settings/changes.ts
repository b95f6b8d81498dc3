/** What moderators do to their server's settings. Everything is one change in the history, and can be undone. */
import type { Redis } from "ioredis";
import { Refusal } from "../refusal.ts";
import { type Desk, type Edit, editTo, type Held, readBook, revise } from "../store/books.ts";
import {
  isPattern,
  MAX_BLOCKED,
  MAX_BLOCKED_LENGTH,
  MAX_BLOCKED_PATTERNS,
  normalEntry,
  problemOf,
} from "./blocked.ts";
import {
  listKey,
  type MemberLimits,
  type Settings,
  type SingleName,
  type SingleValue,
  toSettings,
} from "./settings.ts";

export const readSettings = async (redis: Redis, guildId: string): Promise<Settings> =>
  toSettings(await readBook(redis, "settings", guildId));

/**
 * Sets what is named, as one change; null goes back to what holds without it.
 * @returns whether anything is different now
 */
export async function setSingles(
  desk: Desk,
  values: { [N in SingleName]?: SingleValue<N> | null | undefined },
): Promise<boolean> {
  return change(desk, (entries) =>
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : edit(entries, key, value ?? undefined),
    ),
  );
}

/** @returns whether anything is different now */
export async function allowChannel(desk: Desk, channelId: string, allowed: boolean): Promise<boolean> {
  return change(desk, (entries) => edit(entries, listKey("channel", channelId), allowed || undefined));
}

/** Every channel again. @returns whether anything is different now */
export async function allowEverywhere(desk: Desk): Promise<boolean> {
  return change(desk, (entries) =>
    toSettings(entries).channels.flatMap((id) => edit(entries, listKey("channel", id), undefined)),
  );
}

/**
 * @param scope a role's id, or EVERYONE
 * @param limits added to those of the scope; none takes all of them away
 * @returns what holds in the scope now, and whether anything is different
 */
export async function setLimits(
  desk: Desk,
  scope: string,
  limits: MemberLimits | undefined,
): Promise<{ limits: MemberLimits; changed: boolean }> {
  const key = listKey("limits", scope);
  let after: MemberLimits | undefined;
  const changed = await change(desk, (entries) => {
    const before = toSettings(entries).limits.get(scope);
    const given = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined);
    after = limits && { ...before, ...Object.fromEntries(given) };
    return edit(entries, key, after);
  });
  return { limits: after ?? {}, changed };
}

/**
 * Blocks a word or pattern, see blocked.ts.
 * @returns the entry as it is kept
 * @throws Refusal when it can't be used, or there are too many
 */
export async function block(desk: Desk, typed: string): Promise<string> {
  const entry = normalEntry(typed.slice(0, MAX_BLOCKED_LENGTH));
  const problem = problemOf(entry);
  if (problem === "empty") throw new Refusal((t) => t.rules.blockedEmpty);
  if (problem) throw new Refusal((t) => t.rules.blockedExpression(problem.expression));
  await change(desk, (entries) => {
    const { blocked } = toSettings(entries);
    const edits = edit(entries, listKey("blocked", entry), true);
    if (edits.length > 0 && blocked.length >= MAX_BLOCKED)
      throw new Refusal((t) => t.rules.blockedFull(MAX_BLOCKED));
    if (edits.length > 0 && isPattern(entry) && blocked.filter(isPattern).length >= MAX_BLOCKED_PATTERNS)
      throw new Refusal((t) => t.rules.patternsFull(MAX_BLOCKED_PATTERNS));
    return edits;
  });
  return entry;
}

/** @throws Refusal when it is not blocked */
export async function unblock(desk: Desk, typed: string): Promise<string> {
  const entry = normalEntry(typed);
  const changed = await change(desk, (entries) => edit(entries, listKey("blocked", entry), undefined));
  if (!changed) throw new Refusal((t) => t.rules.blockedUnknown(typed));
  return entry;
}

function edit(entries: ReadonlyMap<string, Held>, key: string, to: unknown): Edit[] {
  return editTo(key, entries.get(key), to);
}

async function change(
  { redis, guildId, by }: Desk,
  follow: (entries: ReadonlyMap<string, Held>) => Edit[],
): Promise<boolean> {
  const edits = await revise(redis, "settings", guildId, { by, action: "set" }, (entries) => {
    const followed = follow(entries);
    requireReadable(followed);
    return followed;
  });
  return edits !== undefined;
}

/** @throws Refusal where a value is one that Discord would not have let anybody choose */
function requireReadable(edits: readonly Edit[]): void {
  const after = edits.filter(({ to }) => to !== undefined);
  try {
    toSettings(new Map(after.map(({ key, to }) => [key, { value: to, revision: 0 }])));
  } catch (cause) {
    throw new Refusal((t) => t.rules.outOfRange, { cause });
  }
}
