/** What a member's wish becomes under presets: the one named, or the default where it is made, within its lock. */
import type { Directory } from "../backends/directory.ts";
import type { ModelReport } from "../engine/protocol.ts";
import { sizeName, type Wish } from "../generation/parse.ts";
import { Refusal } from "../refusal.ts";
import type { Paces } from "./pace.ts";
import { defaultFor, type Preset, type PresetBook, type Standing } from "./preset.ts";
import { byPace, isShipped, shippedNames, shippedPreset } from "./shipped.ts";
import type { PresetUse } from "./use.ts";

export interface Circumstances {
  book: PresetBook;
  /** What the workers offer, as far as this server may use it. */
  directory: Directory;
  paces: Paces;
  /** Where the wish is made; a thread has the channel that it is in as its parent. */
  place: { channelId: string; parentId: string | undefined };
  /** Moderators may leave a lock and go beyond a preset's limits. */
  free: boolean;
}

/** What a preset lays down and a member may lay down differently. */
const SETTINGS = ["backend", "steps", "size", "guidance"] as const;

type Instead = PresetUse["instead"];

/**
 * @returns the wish with what the preset says about everything that it leaves open, and what to tell of the preset
 * @throws Refusal when there is no such preset, or when a lock or the preset's limits are in the way
 */
export function applyPreset(wish: Wish, here: Circumstances): { wish: Wish; use?: PresetUse } {
  const standing = defaultFor(here.book, here.place);
  const lock = standing?.locked && !here.free ? standing : undefined;
  if (lock && wish.preset !== undefined && wish.preset !== lock.preset)
    throw new Refusal((t) => t.presets.locked(lock.preset, "preset", lock.everywhere));
  const name = wish.preset ?? lock?.preset ?? repeated(wish, here.book) ?? standing?.preset;
  if (name === undefined) return { wish };
  const { preset, instead } = usable(presetNamed(name, here), here);
  const own = lock && wish.madeWith === name ? withoutSettings(wish) : wish;
  if (lock) requireInside(own, preset, lock);
  if (!here.free) requireWithin(own, preset, name);
  const isLeft = own.backend !== undefined && own.backend !== preset.backend;
  return {
    wish: {
      ...own,
      backend: own.backend ?? preset.backend,
      steps: own.steps ?? preset.steps,
      size: own.size ?? preset.size,
      guidance: own.guidance ?? preset.guidance,
      images: own.images ?? preset.images,
    },
    ...(isLeft ? {} : { use: { name, instead } }),
  };
}

/** @throws Refusal where members may not leave a preset: comparing backends would leave it */
export function requireNoLock({ book, place, free }: Pick<Circumstances, "book" | "place" | "free">): void {
  const standing = defaultFor(book, place);
  if (standing?.locked && !free)
    throw new Refusal((t) => t.presets.lockedAlone(standing.preset, standing.everywhere));
}

/** Every preset that can be named in a server, the shipped ones first. */
export const presetNames = (book: PresetBook): string[] => [
  ...shippedNames,
  ...[...book.presets.keys()].sort(),
];

/** @throws Refusal when there is none, or when a shipped one can't be made out because no worker is online */
export function presetNamed(
  name: string,
  { book, directory, paces }: Omit<Circumstances, "place" | "free">,
): Preset {
  const preset = isShipped(name) ? shippedPreset(name, directory, paces) : book.presets.get(name)?.value;
  if (preset) return preset;
  if (isShipped(name)) throw new Refusal((t) => (directory.starting ? t.workersStarting : t.noWorkers));
  throw new Refusal((t) => t.presets.unknown(name, presetNames(book)));
}

/**
 * A preset as it can be used now: what no engine offers or the model doesn't take any more is replaced by what comes
 * nearest, and said. Unchanged while no worker is online.
 */
export function usable(
  preset: Preset,
  { directory, paces }: Pick<Circumstances, "directory" | "paces">,
): { preset: Preset; instead: Instead } {
  const { offered, model } = directory;
  const instead: Instead = [];
  const replace = (setting: Instead[number]["setting"], asked: unknown, used: unknown) =>
    instead.push({ setting, asked: String(asked), used: String(used) });
  const fitted = { ...preset };
  const [nearest] = offered.toSorted(
    (a, b) =>
      Math.abs(a.report.bits - preset.bits) - Math.abs(b.report.bits - preset.bits) || byPace(paces)(a, b),
  );
  if (nearest && !offered.some(({ report }) => report.id === preset.backend)) {
    fitted.backend = nearest.report.id;
    replace("backend", preset.backend, fitted.backend);
  }
  if (!model) return { preset: fitted, instead };
  if (preset.steps !== undefined) {
    fitted.steps = clamp(preset.steps, model.steps);
    if (fitted.steps !== preset.steps) replace("steps", preset.steps, fitted.steps);
  }
  if (preset.size !== undefined && !model.sizes.some((size) => sizeName(size) === preset.size)) {
    fitted.size = model.sizes.map(sizeName)[0];
    replace("size", preset.size, fitted.size);
  }
  const guidance = fitGuidance(preset.guidance, model);
  if (guidance !== preset.guidance) {
    fitted.guidance = guidance;
    replace("guidance", preset.guidance, guidance ?? 0);
  }
  return { preset: fitted, instead };
}

const fitGuidance = (asked: number | undefined, { guidance }: ModelReport) =>
  asked === undefined || !guidance ? undefined : clamp(asked, guidance);

const clamp = (value: number, { min, max }: { min: number; max: number }) =>
  Math.min(Math.max(value, min), max);

/** The preset that an earlier request was made with, as long as there is one of that name. */
function repeated({ madeWith }: Wish, book: PresetBook): string | undefined {
  return madeWith !== undefined && presetNames(book).includes(madeWith) ? madeWith : undefined;
}

/** A repetition of a request that was made with the locked preset takes the preset as it is now. */
const withoutSettings = (wish: Wish): Wish => ({
  ...wish,
  ...Object.fromEntries(SETTINGS.map((setting) => [setting, undefined])),
});

function requireInside(wish: Wish, preset: Preset, { preset: name, everywhere }: Standing): void {
  const left = SETTINGS.find((setting) => wish[setting] !== undefined && wish[setting] !== preset[setting]);
  if (left) throw new Refusal((t) => t.presets.locked(name, left, everywhere));
  const most = preset.limits.images ?? preset.images;
  if (most !== undefined && (wish.images ?? 0) > most)
    throw new Refusal((t) => t.presets.overLimit(name, "images", most));
}

function requireWithin(wish: Wish, { limits }: Preset, name: string): void {
  for (const setting of ["steps", "images"] as const) {
    const most = limits[setting];
    if (most !== undefined && (wish[setting] ?? 0) > most)
      throw new Refusal((t) => t.presets.overLimit(name, setting, most));
  }
}
