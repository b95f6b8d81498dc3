/** Who works: each worker announces itself, and is forgotten when it has been silent for PRESENCE_TTL_SECONDS. */
import type { Redis } from "ioredis";
import { PRESENCE_TTL_SECONDS, type WorkerPresence, workerPresenceSchema } from "../backends/presence.ts";
import { keys } from "./keys.ts";

/**
 * KEYS: worker, workers. ARGV: presence, its life in seconds, id. Of several hosts' clocks one can be wrong: it is the
 * server's that says who has been silent.
 */
const ANNOUNCE = `
local now = redis.call('TIME')[1] * 1000
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[2] * 1000)`;

export async function announce(redis: Redis, presence: WorkerPresence): Promise<void> {
  const touched = [keys.worker(presence.id), keys.workers];
  await redis.eval(ANNOUNCE, 2, ...touched, JSON.stringify(presence), PRESENCE_TTL_SECONDS, presence.id);
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
