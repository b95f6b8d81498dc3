/**
 * The gate before all render queues: open unless somebody closed it. It is one key, so that closing it holds for every
 * queue at once, also for those that don't exist yet, and survives any restart. Workers obey it at the moment they take
 * a job (queue/renderLoop.ts), admission when it takes a request in (queue/order.ts).
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { channels, keys } from "./keys.ts";

const gateSchema = z.object({
  /** Either way what runs is finished and nothing more is started; `draining` also refuses new requests. */
  mode: z.enum(["paused", "draining"]),
  /** User id of whoever closed it. */
  by: z.string(),
  /** When, in milliseconds. */
  at: z.coerce.number(),
});
export type ClosedGate = z.infer<typeof gateSchema>;

export async function closeGate(redis: Redis, gate: ClosedGate): Promise<void> {
  await redis.hset(keys.gate, gate);
}

/** Workers look at once. */
export async function openGate(redis: Redis): Promise<void> {
  await redis.multi().del(keys.gate).publish(channels.submitted, "").exec();
}

/** How it is closed, or undefined while it is open. */
export async function readGate(redis: Redis): Promise<ClosedGate | undefined> {
  const fields = await redis.hgetall(keys.gate);
  return fields.mode === undefined ? undefined : gateSchema.parse(fields);
}
