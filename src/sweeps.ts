/** Making up for bots that died in the middle of something, again and again. */
import type { Logger } from "./log.ts";

const EVERY_MS = 30_000;

/**
 * Starts them now, and each again after a while unless it still runs: while Redis is away one waits for it, and not one
 * more every half minute.
 * @param sweeps by what is said of one that fails
 * @returns stops
 */
export function startSweeps(sweeps: Record<string, () => Promise<void>>, log: Logger): () => void {
  const running = new Set<string>();
  const sweepUp = () => {
    for (const [failed, sweep] of Object.entries(sweeps)) {
      if (running.has(failed)) continue;
      running.add(failed);
      sweep()
        .catch((error: unknown) => log.warn({ err: error }, failed))
        .finally(() => running.delete(failed));
    }
  };
  const timer = setInterval(sweepUp, EVERY_MS);
  sweepUp();
  return () => clearInterval(timer);
}
