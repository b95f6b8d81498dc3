/** How long a request waits, estimated from what jobs of those recipes really took. */
import type { Redis } from "ioredis";
import type { Directory } from "../backends/directory.ts";
import { readDurations } from "../store/durations.ts";

/** Jobs that an estimate looks at: enough for a median, few enough to follow a change of settings. */
const RECENT = 20;

/** @returns the median of the values, or undefined without any */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Seconds until `ahead` (renders by recipe) are done: the sum of their recipes' median seconds, shared among the
 * engines online. Undefined while one of the recipes was never measured: a guess would be no estimate.
 */
export async function estimateSeconds(
  redis: Redis,
  directory: Directory,
  ahead: ReadonlyMap<string, number>,
): Promise<number | undefined> {
  const engines = Math.max(1, ...directory.offered.map((backend) => backend.engines));
  let sum = 0;
  for (const [recipe, count] of ahead) {
    const typical = median((await readDurations(redis, recipe, RECENT)).map((job) => job.seconds));
    if (typical === undefined) return undefined;
    sum += count * typical;
  }
  return sum / engines;
}
