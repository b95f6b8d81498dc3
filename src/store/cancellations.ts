/** Who cancelled what: stored before anything stops. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "./keys.ts";
import { RECORD_TTL_SECONDS } from "./requests.ts";

const cancellationSchema = z.object({ by: z.string() });

/** Stores who cancelled, before anything stops: whoever meets the stopped render can say so. First one counts. */
export async function storeCancellation(redis: Redis, id: string, by: string): Promise<void> {
  await redis.set(keys.cancelled(id), JSON.stringify({ by }), "EX", RECORD_TTL_SECONDS, "NX");
}

/** The user id of whoever cancelled the request, if anybody did. */
export async function cancelledBy(redis: Redis, id: string): Promise<string | undefined> {
  const stored = await redis.get(keys.cancelled(id));
  return stored === null ? undefined : cancellationSchema.parse(JSON.parse(stored)).by;
}

/** KEYS: open. ARGV: a cancellation's key without the id. */
const OPEN_CANCELLED = `
local cancelled = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if redis.call('EXISTS', ARGV[1] .. id) == 1 then cancelled[#cancelled + 1] = id end
end
return cancelled`;

/** Ids of the requests that somebody has cancelled and that are not answered yet. */
export async function openCancelled(redis: Redis): Promise<string[]> {
  return z.array(z.string()).parse(await redis.eval(OPEN_CANCELLED, 1, keys.open, keys.cancelled("")));
}
