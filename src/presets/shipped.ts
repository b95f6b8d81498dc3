/**
 * The presets that every server has. They name no backend: which one each means follows from what the workers online
 * offer and what their jobs took, anew at each use.
 */
import type { Backend, Directory } from "../backends/directory.ts";
import type { Paces } from "./pace.ts";
import type { Preset } from "./preset.ts";

export const shippedNames = ["fast", "balanced", "original"] as const;
export type ShippedName = (typeof shippedNames)[number];

export const isShipped = (name: string): name is ShippedName =>
  (shippedNames as readonly string[]).includes(name);

/** From this many bits a weight keeps most of what the original's had; below, pictures begin to differ visibly. */
const NEARLY_ORIGINAL_BITS = 8;
const ORIGINAL_BITS = 16;

/**
 * - `fast`: the backend with the least measured time a step, at half of the model's usual steps;
 * - `balanced`: the fastest of those with 8 bits or a little more, at the usual steps;
 * - `original`: the weights as they were published.
 *
 * What was never measured comes after what was. Where nothing fits, the backend with the most bits stands in.
 * @returns undefined while no worker offers anything
 */
export function shippedPreset(
  name: ShippedName,
  { offered, model }: Directory,
  paces: Paces,
): Preset | undefined {
  const backend = choices[name](offered.toSorted(byPace(paces))) ?? mostBits(offered);
  if (!backend || !model) return undefined;
  const steps =
    name === "fast" ? { steps: Math.max(model.steps.min, Math.ceil(model.steps.default / 2)) } : {};
  return { backend: backend.report.id, bits: backend.report.bits, limits: {}, ...steps };
}

/** From the backends offered, the fastest first. */
const choices: Record<ShippedName, (backends: readonly Backend[]) => Backend | undefined> = {
  fast: ([fastest]) => fastest,
  balanced: (backends) =>
    backends.find(({ report }) => report.bits >= NEARLY_ORIGINAL_BITS && report.bits < ORIGINAL_BITS),
  original: (backends) => backends.find(({ report }) => report.family === "original"),
};

/** The measured ones first, by their time; among others what is on the GPU as a whole, then what is loaded. */
export function byPace(paces: Paces) {
  const rank = ({ report, resident }: Backend) => [
    paces.get(report.id) ?? Number.POSITIVE_INFINITY,
    report.placement === "resident" ? 0 : 1,
    resident ? 0 : 1,
  ];
  return (a: Backend, b: Backend): number => {
    const [left, right] = [rank(a), rank(b)];
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? value;
      if (value !== other) return value < other ? -1 : 1;
    }
    return 0;
  };
}

const mostBits = (backends: readonly Backend[]) =>
  backends.toSorted((a, b) => b.report.bits - a.report.bits)[0];
