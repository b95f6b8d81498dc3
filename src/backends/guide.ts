/** /backends guide: how to choose, from what was measured here and nothing else. */
import type { Redis } from "ioredis";
import { readDistances } from "../store/distances.ts";
import { present } from "../store/presence.ts";
import { told } from "../texts/notices.ts";
import type { Texts } from "../texts/texts.ts";
import { closenessOf } from "./closeness.ts";
import { type Backend, type Directory, reasonOf } from "./directory.ts";
import { ascending } from "./listing.ts";
import type { Measured } from "./measured.ts";
import type { EnginePresence } from "./presence.ts";

/** Those whose answer is a ranking by a figure. */
type Ranking = "memory" | "fastest" | "closest";
export type Question = Ranking | "hardware";
export const QUESTIONS: readonly Question[] = ["memory", "fastest", "closest", "hardware"];

/** The best that are named; all others can be seen in the list. */
const RANKED = 5;
/** Names of backends that all answers together have room for, in each of them. */
const NAMED_AMONG_ALL = 6;

export interface GuidePorts {
  redis: Redis;
  directory: Directory;
  measured: Measured;
  t: Texts;
}

/** @param alone whether this is the only question, so that there is room to name all that was not measured */
type Answer = (ports: GuidePorts, alone: boolean) => string[] | Promise<string[]>;

/**
 * @param question the only one to answer; all of them when undefined
 * @returns lines
 */
export async function guide(ports: GuidePorts, question: Question | undefined): Promise<string[]> {
  const asked = question ? [question] : QUESTIONS;
  const answers = await Promise.all(asked.map((each) => ANSWERS[each](ports, question !== undefined)));
  return [ports.t.backends.guideHeading, ...answers.flatMap((lines) => ["", ...lines])];
}

const ANSWERS: Record<Question, Answer> = {
  memory: ({ directory, t }, alone) => [
    t.backends.guideMemory,
    ...rank(
      { of: "memory", t, alone },
      directory.offered,
      ({ weightsBytes }) => weightsBytes,
      (_, weights) => t.backends.weights(weights),
    ),
  ],

  fastest({ directory, measured: { setting, figures }, t }, alone) {
    if (!setting) return [t.backends.guideFastestNone];
    const times = ({ report }: Backend) => figures.get(report.id);
    return [
      t.backends.guideFastest(setting),
      ...rank(
        { of: "fastest", t, alone },
        directory.offered,
        (backend) => times(backend)?.seconds.median,
        (backend) => {
          const found = times(backend);
          return found ? t.backends.time(found.seconds, found.jobs) : "";
        },
      ),
    ];
  },

  async closest({ redis, directory, t }, alone) {
    const quantized = directory.offered.filter(({ report }) => report.family !== "original");
    const entries = await Promise.all(
      quantized.map(async ({ report }) => {
        const distances = await readDistances(redis, report.id);
        const ofModel = distances.filter(({ model }) => model === directory.model?.name);
        return [report.id, closenessOf(ofModel)] as const;
      }),
    );
    const closeness = new Map(entries);
    if (entries.every(([, found]) => !found)) return [t.backends.guideClosestNone];
    return [
      t.backends.guideClosest,
      ...rank(
        { of: "closest", t, alone },
        quantized,
        ({ report }) => closeness.get(report.id)?.perceptual,
        ({ report }, perceptual) => {
          const found = closeness.get(report.id);
          return t.backends.distance(perceptual, found?.psnr, found?.comparisons ?? 0);
        },
      ),
    ];
  },

  async hardware({ redis, t }) {
    const engines = (await present(redis)).flatMap((worker) => worker.engines);
    return [t.backends.guideHardware, ...engines.flatMap((engine) => engineLines(t, engine))];
  },
};

interface Figures {
  of: Ranking;
  t: Texts;
  alone: boolean;
}

/** The best by a figure, lowest first, and below them those for which there is none. */
function rank(
  { of, t, alone }: Figures,
  backends: readonly Backend[],
  figure: (backend: Backend) => number | undefined,
  say: (backend: Backend, figure: number) => string,
): string[] {
  const ranked = backends.toSorted(ascending(figure)).slice(0, RANKED);
  const unmeasured = backends.filter((backend) => figure(backend) === undefined);
  const names = unmeasured.map(({ report }) => report.id);
  const lines = ranked.flatMap((backend, index) => {
    const value = figure(backend);
    const { label, id } = backend.report;
    return value === undefined ? [] : [t.backends.rank(index + 1, label, id, say(backend, value))];
  });
  if (names.length === 0) return lines;
  const all = alone || names.length <= NAMED_AMONG_ALL;
  return [...lines, all ? t.backends.unmeasured[of](names) : t.backends.severalUnmeasured[of](names.length)];
}

function engineLines(
  t: Texts,
  { deviceName, device, totalBytes, budgetBytes, recipes }: EnginePresence,
): string[] {
  const runnable = recipes.filter((recipe) => recipe.runnable);
  const standIns = runnable.filter(({ standIn }) => standIn).map(({ id }) => id);
  const reasons = new Map<string, string[]>();
  for (const report of recipes.filter(({ runnable }) => !runnable)) {
    const reason = told(t, reasonOf(report));
    reasons.set(reason, [...(reasons.get(reason) ?? []), report.id]);
  }
  return [
    t.backends.engine(`${deviceName} (${device})`, totalBytes, budgetBytes, runnable.length, recipes.length),
    ...[...reasons].map(([reason, ids]) => t.backends.cantRun(ids, reason)),
    ...(standIns.length > 0 ? [t.backends.standsIn(standIns)] : []),
  ];
}
