/** From what a member typed to what an engine is told, checked against what the workers online can do. */
import type { Directory } from "../backends/directory.ts";
import type { ModelReport, Noise } from "../engine/protocol.ts";
import { Refusal } from "../refusal.ts";
import { en } from "../texts/en.ts";
import type { Request } from "./request.ts";

export type Render = Request["renders"][number];

/** What people may choose; what they leave out is the model's default. */
export interface Wish {
  prompt: string;
  backend?: string | undefined;
  images?: number | undefined;
  steps?: number | undefined;
  size?: string | undefined;
  guidance?: number | undefined;
  seed?: number | undefined;
}

/** Characters, as the command's definition has it too. */
const MAX_PROMPT = 1000;
const DEFAULT_IMAGES = 4;
const MAX_IMAGES = 4;

export const sizeName = (size: { width: number; height: number }) => `${size.width}x${size.height}`;

/** @throws Refusal saying what to change */
export function toRender(wish: Wish, directory: Directory): Render {
  const model = modelOf(directory);
  return {
    recipe: recipeOf(wish.backend, directory),
    prompt: promptOf(wish.prompt),
    ...sizeOf(wish.size, model),
    steps: stepsOf(wish.steps, model),
    guidance: guidanceOf(wish.guidance, model),
    noise: noiseOf(seedOf(wish.seed), imagesOf(wish.images)),
  };
}

function promptOf(text: string): string {
  const prompt = text.trim();
  if (prompt === "") throw new Refusal(en.emptyPrompt);
  if ([...prompt].length > MAX_PROMPT) throw new Refusal(en.promptTooLong(MAX_PROMPT));
  return prompt;
}

/** @throws Refusal when nothing can be rendered now, with the reason */
function modelOf(directory: Directory): ModelReport {
  if (directory.model) return directory.model;
  if (directory.starting) throw new Refusal(en.workersStarting);
  if (directory.problem) throw new Refusal(en.workersFailing(directory.problem));
  throw new Refusal(en.noWorkers);
}

function recipeOf(asked: string | undefined, { offered, refused }: Directory): string {
  const chosen = asked === undefined ? (offered.find(({ resident }) => resident) ?? offered[0]) : undefined;
  if (chosen) return chosen.report.id;
  const id = (asked ?? "").trim().toLowerCase();
  if (offered.some(({ report }) => report.id === id)) return id;
  if (offered.length === 0) throw new Refusal(en.noWorkers);
  const reason = refused.get(id);
  if (reason) throw new Refusal(en.backendUnavailable(id, reason));
  throw new Refusal(
    en.unknownBackend(
      plain(id),
      offered.map(({ report }) => report.id),
    ),
  );
}

/** What somebody typed, fit to stand between backticks. */
const plain = (text: string) => text.replace(/[`\s]+/g, " ").slice(0, 60);

function sizeOf(asked: string | undefined, model: ModelReport): { width: number; height: number } {
  const name = asked?.trim().toLowerCase().replace("×", "x");
  const [first] = model.sizes;
  const size = name === undefined ? first : model.sizes.find((known) => sizeName(known) === name);
  if (!size) throw new Refusal(en.unknownSize(plain(name ?? ""), model.sizes.map(sizeName)));
  return size;
}

function stepsOf(asked: number | undefined, { steps }: ModelReport): number {
  const chosen = asked ?? steps.default;
  if (!Number.isInteger(chosen) || chosen < steps.min || chosen > steps.max)
    throw new Refusal(en.stepsOutOfRange(steps.min, steps.max));
  return chosen;
}

function guidanceOf(asked: number | undefined, { guidance }: ModelReport): number {
  if (!guidance) {
    if (asked) throw new Refusal(en.noGuidance);
    return 0;
  }
  const chosen = asked ?? guidance.default;
  if (chosen < guidance.min || chosen > guidance.max)
    throw new Refusal(en.guidanceOutOfRange(guidance.min, guidance.max));
  return chosen;
}

function imagesOf(asked = DEFAULT_IMAGES): number {
  if (!Number.isInteger(asked) || asked < 1 || asked > MAX_IMAGES)
    throw new Refusal(en.imagesOutOfRange(MAX_IMAGES));
  return asked;
}

/** Left out: 32 random bits, enough to differ and short enough to read out. */
function seedOf(asked = Math.floor(Math.random() * 2 ** 32)): number {
  if (!Number.isSafeInteger(asked) || asked < 0)
    throw new Refusal(en.seedOutOfRange(Number.MAX_SAFE_INTEGER));
  return asked;
}

/** Image i starts from seed + i, so that one seed names a whole grid; after the largest seed comes 0. */
export function noiseOf(seed: number, images: number): Noise[] {
  const left = Number.MAX_SAFE_INTEGER - seed;
  return Array.from({ length: images }, (_, index) => [
    { seed: index <= left ? seed + index : index - left - 1, weight: 1 },
  ]);
}
