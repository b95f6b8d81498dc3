/** Presets in words: one of them, the list of a server's, and what a change did to them. */
import type { Recorded } from "../store/books.ts";
import type { PresetFigures } from "../texts/en/presets.ts";
import type { Texts } from "../texts/texts.ts";
import { type Circumstances, usable } from "./apply.ts";
import { defaultSchema, type Preset, presetSchema } from "./preset.ts";
import { shippedNames, shippedPreset } from "./shipped.ts";

export const toFigures = ({ limits, ...preset }: Preset): PresetFigures => ({
  backend: preset.backend,
  steps: preset.steps,
  size: preset.size,
  guidance: preset.guidance,
  images: preset.images,
  maxSteps: limits.steps,
  maxImages: limits.images,
});

/** In one message. */
const SHOWN_DEFAULTS = 10;

type Here = Pick<Circumstances, "book" | "directory" | "paces">;

/** A line for each preset, the shipped ones first. */
export function listLines(t: Texts, { book, directory, paces }: Here): string[] {
  const own = [...book.presets].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...shippedNames.map((name) =>
      t.presets.listedShipped(
        name,
        t.presets.shipped[name],
        shippedPreset(name, directory, paces)?.backend,
        name === "original" || paces.size > 0,
      ),
    ),
    ...own.map(([name, { value }]) => t.presets.listed(name, toFigures(value))),
  ];
}

/** A line for each default. */
export function defaultLines(t: Texts, { defaults }: Circumstances["book"], of?: string): string[] {
  const shown = [...defaults].filter(([, { value }]) => of === undefined || value.preset === of);
  return shown.map(([scope, { value }]) => t.presets.defaultIn(value.preset, scope, value.locked));
}

/** Everything about one preset: what it is, what it would use now instead, and where it is the default. */
export function presetText(t: Texts, name: string, preset: Preset, here: Here): string {
  const { instead } = usable(preset, here);
  const shipped = shippedNames.find((known) => known === name);
  return [
    shipped
      ? t.presets.listedShipped(name, t.presets.shipped[shipped], undefined, true)
      : t.presets.listed(name, toFigures(preset)),
    ...(shipped ? [t.presets.meansNow(toFigures(preset))] : []),
    ...instead.map(({ setting, asked, used }) => t.presets.instead[setting](name, asked, used)),
    ...defaultLines(t, here.book, name).slice(0, SHOWN_DEFAULTS),
  ].join("\n");
}

export function describeChange(t: Texts, { action, edits }: Recorded): string {
  if (action === "import") return t.presets.imported(edits.length);
  return edits
    .map(({ key, before, after }) => {
      const [kind, name = ""] = key.split(":");
      if (kind === "default") return t.presets.defaultChanged(name, defaultSchema.optional().parse(after));
      const [was, is] = [before, after].map((value) => {
        const preset = presetSchema.optional().parse(value);
        return preset && toFigures(preset);
      });
      if (is) return was ? t.presets.presetChanged(name, was, is) : t.presets.presetCreated(name, is);
      return was ? t.presets.presetDeleted(name, was) : "";
    })
    .filter(Boolean)
    .join("; ");
}
