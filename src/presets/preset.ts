/** What a preset is, and what a server's book of presets holds. */
import { z } from "zod";
import type { Held } from "../store/books.ts";

/** Lower case and plain, so that a name can stand in custom ids and is typed the same everywhere. */
export const presetNameSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/);

const images = z.number().int().min(1).max(4);
const steps = z.number().int().min(1).max(1000);

/** Everything but the backend may be left out: then the model's default holds. */
export const presetSchema = z.strictObject({
  backend: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/),
  /** Bits of the backend's weights: by these another is found when no engine offers it any more. */
  bits: z.number().positive(),
  steps: steps.optional(),
  size: z
    .string()
    .regex(/^\d{2,4}x\d{2,4}$/)
    .optional(),
  guidance: z.number().min(0).max(100).optional(),
  images: images.optional(),
  /** The most that a member may ask for with this preset. */
  limits: z.strictObject({ steps: steps.optional(), images: images.optional() }).default({}),
});
export type Preset = z.infer<typeof presetSchema>;

/** What holds where nobody names a preset: in the whole server, or in one channel of it. */
export const defaultSchema = z.strictObject({
  preset: presetNameSchema,
  /** Members may not leave it. */
  locked: z.boolean(),
});
export type Default = z.infer<typeof defaultSchema>;

/** A server's presets by name, and its defaults by channel id, the server's own under SERVER. */
export interface PresetBook {
  presets: Map<string, Held<Preset>>;
  defaults: Map<string, Held<Default>>;
}

export const SERVER = "server";

/** Keys of the book's entries. */
export const presetKey = (name: string) => `preset:${name}`;
export const defaultKey = (scope: string) => `default:${scope}`;

export function toPresetBook(entries: ReadonlyMap<string, Held>): PresetBook {
  const book: PresetBook = { presets: new Map(), defaults: new Map() };
  for (const [key, { value, revision }] of entries) {
    const [kind, name = ""] = key.split(":");
    if (kind === "preset") book.presets.set(name, { value: presetSchema.parse(value), revision });
    else book.defaults.set(name, { value: defaultSchema.parse(value), revision });
  }
  return book;
}

/** A default, and whether it is the whole server's. */
export type Standing = Default & { everywhere: boolean };

/** The default of a channel, else of the channel that its thread is in, else of the server. */
export function defaultFor(
  { defaults }: PresetBook,
  place: { channelId: string; parentId: string | undefined },
): Standing | undefined {
  for (const scope of [place.channelId, place.parentId, SERVER]) {
    const found = scope === undefined ? undefined : defaults.get(scope)?.value;
    if (found) return { ...found, everywhere: scope === SERVER };
  }
  return undefined;
}
