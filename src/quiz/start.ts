/** From what a moderator typed to the plan of a study, checked against what the workers online can do. */
import type { Backend, Directory } from "../backends/directory.ts";
import { isPlain } from "../generation/compare/sets.ts";
import { toRender } from "../generation/parse.ts";
import { Refusal } from "../refusal.ts";
import { type Closing, closingSchema, type Mode, type Plan, planSchema } from "./plan.ts";
import { PROMPTS } from "./prompts.ts";
import { roundsNeeded } from "./reach.ts";
import { DEFAULT_STUDY_ROUNDS } from "./study.ts";

export interface QuizWish {
  mode?: Mode | undefined;
  /** Ids with commas; every quantized backend that is offered when absent. */
  backends?: string | undefined;
  prompt?: string | undefined;
  /** Rounds with votes in all; they are spread evenly over the backends. Left out: 40, or as many as it takes. */
  rounds?: number | undefined;
  closes?: string | undefined;
  /** Pictures of a round of 'find the original'. */
  pictures?: number | undefined;
  shamPercent?: number | undefined;
  steps?: number | undefined;
  size?: string | undefined;
}

/** With fewer prompts of the model's own a study would be about those prompts. */
const VARIED = 8;
const DEFAULT_CLOSES = "1 hour";
const DEFAULT_SHAM_PERCENT = 10;
const DEFAULT_PICTURES = 3;

export type Whose = Omit<Plan, keyof ReturnType<typeof asked> | "backends" | "original">;

/**
 * @param whose where and by whom it is started
 * @param allowed whether the server lets a prompt be rendered
 * @throws Refusal saying what to change
 */
export function toPlan(
  wish: QuizWish,
  directory: Directory,
  whose: Whose,
  allowed: (prompt: string) => boolean,
): Plan {
  const original = directory.offered.find(({ report }) => report.family === "original" && isPlain(report));
  const { size, steps, prompt } = wish;
  // Says what is wrong with the rest, and that nobody is there, in the words of /generate.
  const render = toRender({ prompt: prompt ?? "-", size, steps, images: 1 }, directory);
  if (!original) throw new Refusal((t) => t.rounds.noOriginal);
  const backends = backendsOf(wish.backends, directory);
  const { examples = [] } = directory.model ?? {};
  const shipped = examples.length >= VARIED ? examples : [...new Set([...examples, ...PROMPTS])];
  // One that somebody named is refused where everything else is, with what is wrong about it.
  const prompts = prompt === undefined ? shipped.filter(allowed) : [render.prompt];
  if (prompts.length === 0) throw new Refusal((t) => t.rounds.allPromptsBlocked);
  const plan = asked(wish, backends.length, prompts, render);
  if (plan.mode === "find-original" && backends.length < plan.options - 1)
    throw new Refusal((t) => t.rounds.tooFewBackends(plan.options - 1));
  // What can't be read back would be in the way of every other study.
  const parsed = planSchema.safeParse({ ...whose, ...plan, original: original.report.id, backends });
  if (!parsed.success) throw new Refusal((t) => t.rules.outOfRange, { cause: parsed.error });
  return parsed.data;
}

function asked(
  { mode = "two-picture", rounds, closes, pictures, shamPercent }: QuizWish,
  backends: number,
  prompts: string[],
  { width, height, steps, guidance }: Pick<Plan, "width" | "height" | "steps" | "guidance">,
) {
  const isTwoPicture = mode === "two-picture";
  return {
    mode,
    prompts,
    rounds: isTwoPicture ? roundsOfEach(rounds, backends) : (rounds ?? DEFAULT_STUDY_ROUNDS),
    options: isTwoPicture ? 2 : (pictures ?? DEFAULT_PICTURES),
    shamPercent: isTwoPicture ? (shamPercent ?? DEFAULT_SHAM_PERCENT) : 0,
    closing: parseClosing(closes ?? DEFAULT_CLOSES),
    ...{ width, height, steps, guidance },
  };
}

/** Left out, so many that something can be found. */
function roundsOfEach(rounds: number | undefined, backends: number): number {
  const each = Math.ceil((rounds ?? DEFAULT_STUDY_ROUNDS) / backends);
  return rounds === undefined ? Math.max(each, roundsNeeded(backends)) : each;
}

/** By how their names begin in any language: "m", "hours", "Stunden". */
const UNITS: { begins: RegExp; closing: (count: number) => Closing }[] = [
  { begins: /^(m|$)/, closing: (count) => ({ minutes: count }) },
  { begins: /^(h|st[du])/, closing: (count) => ({ minutes: count * 60 }) },
  { begins: /^[dt]/, closing: (count) => ({ minutes: count * 24 * 60 }) },
  { begins: /^(v|sti)/, closing: (count) => ({ votes: count }) },
];

/** "30", "30 minutes", "2h", "1 Tag" or "12 votes". @throws Refusal for anything else */
export function parseClosing(text: string): Closing {
  const [, digits, word = ""] = /^(\d{1,5})\s*(\p{L}*)$/u.exec(text.trim().toLowerCase()) ?? [];
  const unit = UNITS.find(({ begins }) => begins.test(word));
  const parsed = closingSchema.safeParse(unit?.closing(Number(digits)));
  if (!parsed.success) throw new Refusal((t) => t.rounds.badClosing);
  return parsed.data;
}

/** An offloaded or compiled variant draws the pictures of its plain one: it would be asked about twice. */
export const isAskable = ({ report }: Backend): boolean => report.family !== "original" && isPlain(report);

function backendsOf(named: string | undefined, directory: Directory): string[] {
  const askable = directory.offered.filter(isAskable).map(({ report }) => report.id);
  if (named === undefined) {
    if (askable.length === 0) throw new Refusal((t) => t.rounds.noBackends);
    return askable;
  }
  const ids = new Set(
    named
      .split(",")
      .map((id) => id.trim())
      .filter(Boolean),
  );
  if (ids.size === 0) throw new Refusal((t) => t.rounds.nameBackends);
  const chosen = [...ids].map((backend) => toRender({ prompt: "-", backend }, directory).recipe);
  const wrong = chosen.find((id) => !askable.includes(id));
  if (wrong !== undefined) throw new Refusal((t) => t.rounds.notQuantized(wrong));
  return chosen;
}
