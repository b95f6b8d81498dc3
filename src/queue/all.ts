/** Every queue that there is, to be looked at. */
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { keys } from "../store/keys.ts";
import { DELIVERIES, PREFIX, QUIZ } from "./names.ts";

/** @param known names of queues that are left out */
export async function allQueues(redis: Redis, known: ReadonlySet<string>): Promise<Queue[]> {
  const names = [DELIVERIES, QUIZ, ...(await redis.smembers(keys.queues)).sort()];
  return names
    .filter((name) => !known.has(name))
    .map((name) => {
      const queue = new Queue(name, { connection: redis, prefix: PREFIX, skipMetasUpdate: true });
      queue.on("error", () => {}); // whoever looks is told when looking fails
      return queue;
    });
}
