/** A preset's figures as people write them into the form: a name and a number on each line. */
import { Refusal } from "../refusal.ts";
import { type Preset, presetSchema } from "./preset.ts";

type Figures = Pick<Preset, "steps" | "guidance" | "images" | "limits">;

/** The names that the options of /preset create have too, each with the range that any model's figures stay in. */
const LINES = {
  steps: { min: 1, max: 1000, whole: true },
  guidance: { min: 0, max: 100, whole: false },
  images: { min: 1, max: 4, whole: true },
  max_steps: { min: 1, max: 1000, whole: true },
  max_images: { min: 1, max: 4, whole: true },
} as const;
type LineName = keyof typeof LINES;

const LINE = /^([a-z]+(?:[_ ][a-z]+)?)\s*[:=]\s*(\d+(?:[.,]\d+)?)$/i;

export function writeFigures({ steps, guidance, images, limits }: Figures): string {
  const values: Record<LineName, number | undefined> = {
    ...{ steps, guidance, images },
    max_steps: limits.steps,
    max_images: limits.images,
  };
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`))
    .join("\n");
}

/** @throws Refusal that names the line */
export function readFigures(text: string): Figures {
  const values: Partial<Record<LineName, number>> = {};
  for (const line of text
    .split("\n")
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [, word = "", digits = ""] = LINE.exec(line) ?? [];
    const name = word.toLowerCase().replace(" ", "_");
    if (!isLineName(name)) throw new Refusal((t) => t.presets.badLine(line));
    const { min, max, whole } = LINES[name];
    const value = Number(digits.replace(",", "."));
    if (value < min || value > max || (whole && !Number.isInteger(value)))
      throw new Refusal((t) => t.presets.badFigure(line, min, max, whole));
    values[name] = value;
  }
  const { max_steps: steps, max_images: images, ...own } = values;
  return { ...own, limits: presetSchema.shape.limits.parse({ steps, images }) };
}

const isLineName = (name: string): name is LineName => Object.hasOwn(LINES, name);
