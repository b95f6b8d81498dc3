import type { QueueTimings } from "../../src/queue/renders.ts";

/** As in production but many times as fast, so that a test sees a lock run out. */
export const TIMINGS: QueueTimings = { lockMs: 2000, stalledMs: 300, idleMs: 200, warmBoundMs: 300 };
