/** Every queue that there is, to be looked at. */
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { keys } from "../store/keys.ts";
import { DELIVERIES, QUIZ } from "./names.ts";
import { openQueue } from "./open.ts";

/** @param known names of queues that are left out */
export async function allQueues(redis: Redis, known: ReadonlySet<string>): Promise<Queue[]> {
  const names = [DELIVERIES, QUIZ, ...(await redis.smembers(keys.queues)).sort()];
  return names
    .filter((name) => !known.has(name))
    .map((name) => openQueue(redis, name, { skipMetasUpdate: true }));
}
