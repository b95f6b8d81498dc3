/** What a request remembers of the preset that it was made with: every message about it says so. */
import { z } from "zod";
import type { Texts } from "../texts/texts.ts";

export const presetUseSchema = z.object({
  name: z.string(),
  /** What the preset asked for and could not have, and what was used instead. */
  instead: z.array(
    z.object({
      setting: z.enum(["backend", "steps", "size", "guidance"]),
      asked: z.string(),
      used: z.string(),
    }),
  ),
});
export type PresetUse = z.infer<typeof presetUseSchema>;

/** One line for the preset, and one for each thing that was replaced. */
export function presetLines(t: Texts, { name, instead }: PresetUse): string[] {
  return [
    t.presets.usedHere(name),
    ...instead.map(({ setting, asked, used }) => t.presets.instead[setting](name, asked, used)),
  ];
}
