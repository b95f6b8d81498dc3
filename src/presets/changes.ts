/** What moderators do to their server's presets. Everything is one change in the history, and can be undone. */
import { isDeepStrictEqual } from "node:util";
import type { Redis } from "ioredis";
import { Refusal } from "../refusal.ts";
import {
  Conflict,
  commit,
  type Desk,
  type Edit,
  editTo,
  type Recorded,
  readBook,
  readHistory,
  revise,
} from "../store/books.ts";
import { undo } from "../store/undo.ts";
import {
  type Default,
  defaultKey,
  type Preset,
  type PresetBook,
  presetKey,
  presetNameSchema,
  presetSchema,
  toPresetBook,
} from "./preset.ts";
import { isShipped } from "./shipped.ts";

export const MAX_PRESETS = 100;

/** @throws Refusal when the name can't be used, is taken, or there are too many */
export async function createPreset(desk: Desk, name: string, preset: Preset): Promise<void> {
  await change(desk, "create", (book) => {
    requireOwnName(name);
    if (book.presets.has(name)) throw new Refusal((t) => t.presets.exists(name));
    if (book.presets.size >= MAX_PRESETS) throw new Refusal((t) => t.presets.tooMany(MAX_PRESETS));
    return [{ key: presetKey(name), from: undefined, to: preset }];
  });
}

/**
 * Changes a preset that was read at a revision.
 * @returns false when it is so already
 * @throws Conflict when it has changed since
 */
export async function editPreset(
  { redis, guildId, by, why }: Desk,
  name: string,
  revision: number,
  preset: Preset,
): Promise<boolean> {
  const key = presetKey(name);
  const from = (await readBook(redis, "presets", guildId)).get(key);
  if (from?.revision !== revision) throw new Conflict(key);
  if (isDeepStrictEqual(from.value, bare(preset))) return false;
  await commit(redis, "presets", guildId, [{ key, from, to: preset }], { by, why, action: "edit" });
  return true;
}

/** @returns the scopes in which it was the default, which have none now */
export async function deletePreset(desk: Desk, name: string): Promise<string[]> {
  let scopes: string[] = [];
  await change(desk, "delete", (book) => {
    const from = book.presets.get(ownName(book, name));
    const defaults = [...book.defaults].filter(([, { value }]) => value.preset === name);
    scopes = defaults.map(([scope]) => scope);
    return [
      { key: presetKey(name), from, to: undefined },
      ...defaults.map(([scope, held]) => ({ key: defaultKey(scope), from: held, to: undefined })),
    ];
  });
  return scopes;
}

/**
 * Makes a preset the default in a scope, or none. A lock that is there stays.
 * @param scope SERVER or a channel's id
 * @returns false when it is so already
 */
export async function setDefault(desk: Desk, scope: string, name: string | undefined): Promise<boolean> {
  return change(desk, "default", (book) => {
    const from = book.defaults.get(scope);
    if (name === undefined) return from ? [{ key: defaultKey(scope), from, to: undefined }] : [];
    if (!isShipped(name)) ownName(book, name);
    const to: Default = { preset: name, locked: from?.value.locked ?? false };
    return editTo(defaultKey(scope), from, to);
  });
}

/** @returns the preset that is locked or free now */
export async function setLock(desk: Desk, scope: string, locked: boolean): Promise<string> {
  let preset = "";
  await change(desk, locked ? "lock" : "unlock", (book) => {
    const from = book.defaults.get(scope);
    if (!from) throw new Refusal((t) => t.presets.noDefaultThere(scope));
    preset = from.value.preset;
    const to: Default = { preset, locked };
    return editTo(defaultKey(scope), from, to);
  });
  return preset;
}

/** @param replace whether presets that are there already are replaced, or kept */
export async function importPresets(
  desk: Desk,
  presets: ReadonlyMap<string, Preset>,
  replace: boolean,
): Promise<Record<"added" | "replaced" | "kept", string[]>> {
  const done = { added: [] as string[], replaced: [] as string[], kept: [] as string[] };
  await change(desk, "import", (book) => {
    for (const list of Object.values(done)) list.length = 0;
    for (const name of presets.keys()) requireOwnName(name);
    const edits = [...presets].flatMap(([name, preset]): Edit[] => {
      const from = book.presets.get(name);
      const keep = from !== undefined && (!replace || isDeepStrictEqual(from.value, preset));
      done[keep ? "kept" : from ? "replaced" : "added"].push(name);
      return keep ? [] : [{ key: presetKey(name), from, to: preset }];
    });
    if (book.presets.size + done.added.length > MAX_PRESETS)
      throw new Refusal((t) => t.presets.tooMany(MAX_PRESETS));
    return edits;
  });
  return done;
}

/** @throws Refusal where a default would be left without its preset @throws Conflict */
export async function undoPresets({ redis, guildId, by, why }: Desk): Promise<Recorded | undefined> {
  return undo(redis, "presets", guildId, { by, why }, (edits, entries) => {
    const after = new Map(entries);
    for (const { key, to } of edits) {
      if (to === undefined) after.delete(key);
      else after.set(key, { value: to, revision: 0 });
    }
    const { presets, defaults } = toPresetBook(after);
    for (const [scope, { value }] of defaults)
      if (!isShipped(value.preset) && !presets.has(value.preset))
        throw new Refusal((t) => t.presets.undoBreaks(value.preset, scope));
  });
}

/** The newest change of one preset, for whoever was in its way. */
export async function lastChangeOf(
  redis: Redis,
  guildId: string,
  name: string,
): Promise<Recorded | undefined> {
  const { changes } = await readHistory(redis, "presets", guildId, { count: 50 });
  return changes.find(({ edits }) => edits.some(({ key }) => key === presetKey(name)));
}

export const readPresets = async (redis: Redis, guildId: string): Promise<PresetBook> =>
  toPresetBook(await readBook(redis, "presets", guildId));

/** @throws Refusal when the server has no preset of its own of that name */
export function ownName({ presets }: PresetBook, name: string): string {
  if (isShipped(name)) throw new Refusal((t) => t.presets.reserved(name));
  if (!presets.has(name)) throw new Refusal((t) => t.presets.unknownOwn(name, [...presets.keys()].sort()));
  return name;
}

function requireOwnName(name: string): void {
  if (!presetNameSchema.safeParse(name).success) throw new Refusal((t) => t.presets.badName);
  if (isShipped(name)) throw new Refusal((t) => t.presets.reserved(name));
}

/** As it is stored: without what is absent. */
const bare = (preset: Preset): Preset => presetSchema.parse(JSON.parse(JSON.stringify(preset)));

async function change(
  { redis, guildId, by, why }: Desk,
  action: string,
  follow: (book: PresetBook) => Edit[],
): Promise<boolean> {
  const edits = await revise(redis, "presets", guildId, { by, why, action }, (entries) =>
    follow(toPresetBook(entries)),
  );
  return edits !== undefined;
}
