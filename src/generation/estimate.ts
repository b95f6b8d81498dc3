/** How long a request waits, estimated from what jobs of those recipes really took. */
import type { Directory } from "../backends/directory.ts";

/**
 * Seconds until `ahead` (renders by recipe) are done: the sum of their recipes' median seconds, shared among the
 * engines online. Undefined while one of the recipes was never measured: a guess would be no estimate.
 */
export function estimateSeconds(
  { offered }: Directory,
  ahead: ReadonlyMap<string, number>,
): number | undefined {
  const engines = Math.max(1, ...offered.map((backend) => backend.engines));
  let sum = 0;
  for (const [recipe, count] of ahead) {
    const typical = offered.find(({ report }) => report.id === recipe)?.jobSeconds;
    if (typical === undefined) return undefined;
    sum += count * typical;
  }
  return sum / engines;
}
