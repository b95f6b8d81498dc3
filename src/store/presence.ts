/** Who works: each worker announces itself, and is forgotten when it has been silent for PRESENCE_TTL_SECONDS. */
import type { Redis } from "ioredis";
import { PRESENCE_TTL_SECONDS, type WorkerPresence, workerPresenceSchema } from "../backends/presence.ts";
import { keys } from "./keys.ts";

export async function announce(redis: Redis, presence: WorkerPresence): Promise<void> {
  const silent = presence.seenAt - PRESENCE_TTL_SECONDS * 1000;
  await redis
    .multi()
    .set(keys.worker(presence.id), JSON.stringify(presence), "EX", PRESENCE_TTL_SECONDS)
    .zadd(keys.workers, presence.seenAt, presence.id)
    .zremrangebyscore(keys.workers, "-inf", silent)
    .exec();
}

/** A worker that leaves on purpose is forgotten at once. */
export async function leave(redis: Redis, workerId: string): Promise<void> {
  await redis.multi().del(keys.worker(workerId)).zrem(keys.workers, workerId).exec();
}

/** Every worker that is there now. One that speaks a version unknown here is left out. */
export async function present(redis: Redis): Promise<WorkerPresence[]> {
  const ids = await redis.zrange(keys.workers, "0", "-1");
  if (ids.length === 0) return [];
  const stored = await redis.mget(ids.map((id) => keys.worker(id)));
  return stored.flatMap((text) => {
    if (text === null) return [];
    const parsed = workerPresenceSchema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  });
}
