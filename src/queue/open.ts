/** Queues as the bot opens them, to add to and to look at. */
import { Queue, type QueueOptions } from "bullmq";
import type { Redis } from "ioredis";
import { PREFIX } from "./names.ts";

/**
 * On a connection that fails fast BullMQ must not ask for the version at its first use: an answer that came too late
 * would fail whatever is done with the queue from then on. Workers, whose connections are patient, ask.
 * @param redis a connection that fails fast
 */
export const onFailingFast = (redis: Redis) => ({
  connection: redis,
  prefix: PREFIX,
  skipVersionCheck: true,
});

/** @param redis a connection that fails fast */
export function openQueue(
  redis: Redis,
  name: string,
  options: Pick<QueueOptions, "skipMetasUpdate"> = {},
): Queue {
  const queue = new Queue(name, { ...onFailingFast(redis), ...options });
  queue.on("error", () => {}); // each command reports its own failure to its caller
  return queue;
}
