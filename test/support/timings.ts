import type { QueueTimings } from "../../src/queue/renders.ts";

/** As in production but ten times as fast, so that a test sees a lock run out. */
export const TIMINGS: QueueTimings = { lockMs: 1500, stalledMs: 300, idleMs: 200, warmBoundMs: 300 };
