/** What of this process Prometheus can read. Names follow its rules: base units, `_total` for what only grows. */
import { collectDefaultMetrics, Registry } from "prom-client";

export const registry = new Registry();

/** Bounds in seconds, from a step of a small model to the load of a large one. */
export const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 900];

/** Once a process: its processor time, memory, handles and event loop, under prom-client's own names. */
export function measureProcess(): void {
  collectDefaultMetrics({ register: registry });
}
