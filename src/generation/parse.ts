/** From what a member typed to what an engine is told, checked against what the workers online can do. */
import type { Directory } from "../backends/directory.ts";
import type { ModelReport, Noise } from "../engine/protocol.ts";
import { Refusal } from "../refusal.ts";
import { told } from "../texts/notices.ts";
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
  /** The start noise itself, in the place of `seed` and `images`. */
  noise?: Noise[] | undefined;
  /** What is left out then is as the preset says. */
  preset?: string | undefined;
  /** The preset of the earlier request that this one repeats. */
  madeWith?: string | undefined;
}

/** Characters, as the command's definition has it too. */
export const MAX_PROMPT = 1000;
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
    noise: wish.noise ?? noiseOf(seedOf(wish.seed), imagesOf(wish.images)),
  };
}

function promptOf(text: string): string {
  const prompt = text.trim();
  if (prompt === "") throw new Refusal((t) => t.emptyPrompt);
  if ([...prompt].length > MAX_PROMPT) throw new Refusal((t) => t.promptTooLong(MAX_PROMPT));
  return prompt;
}

/** @throws Refusal when nothing can be rendered now, with the reason */
export function modelOf(directory: Directory): ModelReport {
  if (directory.model) return directory.model;
  const { fetching } = directory;
  if (fetching)
    throw new Refusal((t) => t.workersFetching(fetching.name, fetching.doneBytes, fetching.totalBytes));
  if (directory.starting) throw new Refusal((t) => t.workersStarting);
  const { problem } = directory;
  if (problem) throw new Refusal((t) => t.workersFailing(problem));
  throw new Refusal((t) => t.noWorkers);
}

function recipeOf(asked: string | undefined, { offered, refused }: Directory): string {
  const chosen = asked === undefined ? (offered.find(({ resident }) => resident) ?? offered[0]) : undefined;
  if (chosen) return chosen.report.id;
  const id = (asked ?? "").trim().toLowerCase();
  if (offered.some(({ report }) => report.id === id)) return id;
  const reason = refused.get(id);
  if (reason) throw new Refusal((t) => t.backendUnavailable(id, told(t, reason)));
  if (offered.length === 0) throw new Refusal((t) => t.nothingOffered);
  throw new Refusal((t) =>
    t.unknownBackend(
      id,
      offered.map(({ report }) => report.id),
    ),
  );
}

/** @throws Refusal when the model draws none of that name */
export function sizeOf(asked: string | undefined, model: ModelReport): { width: number; height: number } {
  const name = asked?.trim().toLowerCase().replace("×", "x");
  const [first] = model.sizes;
  const size = name === undefined ? first : model.sizes.find((known) => sizeName(known) === name);
  if (!size) throw new Refusal((t) => t.unknownSize(name ?? "", model.sizes.map(sizeName)));
  return size;
}

function stepsOf(asked: number | undefined, { steps }: ModelReport): number {
  const chosen = asked ?? steps.default;
  if (!Number.isInteger(chosen) || chosen < steps.min || chosen > steps.max)
    throw new Refusal((t) => t.stepsOutOfRange(steps.min, steps.max));
  return chosen;
}

function guidanceOf(asked: number | undefined, { guidance }: ModelReport): number {
  if (!guidance) {
    if (asked) throw new Refusal((t) => t.noGuidance);
    return 0;
  }
  const chosen = asked ?? guidance.default;
  if (chosen < guidance.min || chosen > guidance.max)
    throw new Refusal((t) => t.guidanceOutOfRange(guidance.min, guidance.max));
  return chosen;
}

function imagesOf(asked = DEFAULT_IMAGES): number {
  if (!Number.isInteger(asked) || asked < 1 || asked > MAX_IMAGES)
    throw new Refusal((t) => t.imagesOutOfRange(MAX_IMAGES));
  return asked;
}

/** Left out: 32 random bits, enough to differ and short enough to read out. */
function seedOf(asked = Math.floor(Math.random() * 2 ** 32)): number {
  if (!Number.isSafeInteger(asked) || asked < 0)
    throw new Refusal((t) => t.seedOutOfRange(Number.MAX_SAFE_INTEGER));
  return asked;
}

/** Image i starts from seed + i, so that one seed names a whole grid; after the largest seed comes 0. */
export function noiseOf(seed: number, images: number): Noise[] {
  const left = Number.MAX_SAFE_INTEGER - seed;
  return Array.from({ length: images }, (_, index) => [
    { seed: index <= left ? seed + index : index - left - 1, weight: 1 },
  ]);
}
