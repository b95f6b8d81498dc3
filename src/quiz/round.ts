/** A round: what is rendered for it, what stands where, and the commitment to that. Drawn once, never changed. */
import { randomInt } from "node:crypto";
import { z } from "zod";
import type { Request } from "../generation/request.ts";
import { commit, mappingSchema } from "./commitment.ts";
import { drawOrder, drawSeed } from "./draw.ts";
import type { Plan } from "./plan.ts";

export const roundSchema = z.object({
  id: z.string(),
  studyId: z.string(),
  /** From 1. */
  number: z.number().int().positive(),
  prompt: z.string(),
  /**
   * What is rendered, in an order that follows from the study alone (the original first, then as in its plan): the
   * queue, the workers and their logs see this order, which says nothing about positions.
   */
  renders: z.array(z.object({ recipe: z.string(), execution: z.literal("alternate").optional() })).min(2),
  /** Position to index in `renders`: the secret. */
  order: z.array(z.number().int().nonnegative()),
  mapping: mappingSchema,
  /** What the opening message carries, and the text that it is the hash of. */
  hash: z.string(),
  reveal: z.string(),
});
export type Round = z.infer<typeof roundSchema>;

/** What a study has asked so far, as far as the next draw depends on it. */
export interface Asked {
  /** Backends that are asked about no more; never all. Two-picture rounds only. */
  done: ReadonlySet<string>;
  /**
   * All rounds by backend, those that could not be asked too: else one that can't be rendered would be the least asked
   * one for ever. Two-picture rounds only.
   */
  ofBackend: ReadonlyMap<string, number>;
  /** All rounds by prompt. */
  ofPrompt: ReadonlyMap<string, number>;
}

/** Before a study's first round. */
export const NOTHING_ASKED: Asked = { done: new Set(), ofBackend: new Map(), ofPrompt: new Map() };

/**
 * @param id by which it can be drawn only once, see store/quiz/rounds.ts
 * @param asked backends and prompts that were asked less often come first; it never depends on any answer
 */
export function drawRound(plan: Plan, id: string, number: number, asked: Asked): Round {
  const isSham = plan.mode === "two-picture" && randomInt(100) < plan.shamPercent;
  const renders: Round["renders"] = isSham
    ? [{ recipe: plan.original }, { recipe: plan.original, execution: "alternate" }]
    : [plan.original, ...drawBackends(plan, asked)].map((recipe) => ({ recipe }));
  const order = drawOrder(renders.map((_, index) => index));
  const names = renders.map(optionName);
  const mapping = {
    roundId: id,
    trial: isSham ? ("sham" as const) : plan.mode,
    options: order.map((index) => names[index] ?? ""),
    answer: order.indexOf(plan.mode === "two-picture" ? 1 : 0),
    seed: drawSeed(),
  };
  const prompt = pick(leastAsked(plan.prompts, asked.ofPrompt));
  return { id, studyId: plan.id, number, prompt, renders, order, mapping, ...commit(mapping) };
}

/** What the mapping calls a picture. */
export const optionName = ({ recipe, execution }: Round["renders"][number]): string =>
  execution ? `${recipe}.${execution}` : recipe;

/** One for two pictures, others beside the original for more; in the plan's order, which says nothing. */
function drawBackends({ backends, options, mode }: Plan, { done, ofBackend }: Asked): string[] {
  if (mode === "two-picture") {
    const open = backends.filter((backend) => !done.has(backend));
    return [pick(leastAsked(open, ofBackend))];
  }
  const drawn = drawOrder(backends).slice(0, options - 1);
  return backends.filter((backend) => drawn.includes(backend));
}

function leastAsked(choices: readonly string[], counts: ReadonlyMap<string, number>): string[] {
  const least = Math.min(...choices.map((choice) => counts.get(choice) ?? 0));
  return choices.filter((choice) => (counts.get(choice) ?? 0) === least);
}

function pick(choices: readonly string[]): string {
  const chosen = choices[randomInt(choices.length)];
  if (chosen === undefined) throw new RangeError("nothing to choose from");
  return chosen;
}

/** All pictures of a round: from one seed, with the same settings, and secret until it is revealed. */
export function toRenders(plan: Plan, { renders, prompt, mapping }: Round): Request["renders"] {
  const { width, height, steps, guidance } = plan;
  return renders.map((render) => ({
    ...render,
    ...{ prompt, width, height, steps, guidance },
    noise: [[{ seed: mapping.seed, weight: 1 }]],
    secret: true,
  }));
}

/** The request by which a round is rendered; its id is the round's. */
export function toRequest(plan: Plan, round: Round): Request {
  const { userId, guildId, channelId, applicationId, interactionId, locale, attachmentSizeLimit } = plan;
  return {
    ...{ id: round.id, kind: "quiz", userId, guildId, channelId, applicationId, interactionId, locale },
    ...{ attachmentSizeLimit, private: false, notify: false, fullSize: false, createdAt: Date.now() },
    renders: toRenders(plan, round),
  };
}

/** The command's own message becomes the first round, so that one has the id that its request would have. */
export const roundId = ({ interactionId }: Plan, number: number): string =>
  number === 1 ? `r${interactionId}` : `r${interactionId}-${number}`;

/** The number of the round that a request draws. */
export const numberOf = ({ id }: Request): number => Number(/-(\d+)$/.exec(id)?.[1] ?? 1);

/** What members call the positions. */
export const LETTERS = ["A", "B", "C", "D"] as const;
export const letterOf = (position: number): string => LETTERS[position] ?? String(position + 1);
