/**
 * Rendered images, lossless, for a day and within a byte budget: when it is full the oldest leave first.
 * Whoever asks for an image that has gone renders it again from its seed.
 */
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";

export const IMAGE_TTL_SECONDS = 24 * 3600;

/** ARGV: key, TTL in seconds, now, budget in bytes, PNG. One script, so that index and images never disagree. */
const PUT = `
redis.call('SET', ARGV[1], ARGV[5], 'EX', ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], #ARGV[5])
local function forget(key)
  redis.call('ZREM', KEYS[1], key)
  redis.call('HDEL', KEYS[2], key)
end
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[3] - ARGV[2] * 1000)) do forget(key) end
local used = 0
for _, bytes in ipairs(redis.call('HVALS', KEYS[2])) do used = used + bytes end
while used > tonumber(ARGV[4]) do
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if not oldest or oldest == ARGV[1] then break end
  used = used - redis.call('HGET', KEYS[2], oldest)
  redis.call('DEL', oldest)
  forget(oldest)
end`;

/** Stores one PNG under `key`, replacing what a killed worker may have left there. */
export async function putImage(redis: Redis, key: string, png: Buffer, budgetBytes: number): Promise<void> {
  await redis.eval(
    PUT,
    2,
    keys.imageIndex,
    keys.imageBytes,
    key,
    IMAGE_TTL_SECONDS,
    Date.now(),
    budgetBytes,
    png,
  );
}

/** The PNG, or undefined when it has left. */
export async function getImage(redis: Redis, key: string): Promise<Buffer | undefined> {
  return (await redis.getBuffer(key)) ?? undefined;
}
