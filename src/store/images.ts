/**
 * Rendered images, lossless, for a day and within a byte budget: when it is full the oldest leave first, those of open
 * requests excepted: of those the answer is not made yet.
 * Whoever asks for an image that has gone renders it again from its seed.
 */
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";

export const IMAGE_TTL_SECONDS = 24 * 3600;

/**
 * KEYS: index, bytes by key, sum of bytes, open requests. ARGV: image key, TTL in seconds, budget, PNG.
 * One script, so that the three never disagree, and by the server's time: of several workers' clocks one can be wrong.
 */
const PUT = `
local function forget(key)
  local bytes = redis.call('HGET', KEYS[2], key)
  if not bytes then return end
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[1], key)
  redis.call('HDEL', KEYS[2], key)
  redis.call('DECRBY', KEYS[3], bytes)
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
forget(ARGV[1])
redis.call('SET', ARGV[1], ARGV[4], 'EX', ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], #ARGV[4])
redis.call('INCRBY', KEYS[3], #ARGV[4])
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2] * 1000)) do forget(key) end
if tonumber(redis.call('GET', KEYS[3])) <= tonumber(ARGV[3]) then return end
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local request = string.match(key, ':([^:]+):%d+:%d+$')
  if key ~= ARGV[1] and not redis.call('ZSCORE', KEYS[4], request) then
    forget(key)
    if tonumber(redis.call('GET', KEYS[3])) <= tonumber(ARGV[3]) then return end
  end
end`;

/** Stores one PNG under `key`, replacing what a killed worker may have left there. */
export async function putImage(redis: Redis, key: string, png: Buffer, budgetBytes: number): Promise<void> {
  await redis.eval(
    PUT,
    4,
    keys.imageIndex,
    keys.imageBytes,
    keys.imageSum,
    keys.open,
    key,
    IMAGE_TTL_SECONDS,
    budgetBytes,
    png,
  );
}

/** KEYS: index, bytes by key, sum of bytes. ARGV: image keys. */
const DELETE = `
for _, key in ipairs(ARGV) do
  local bytes = redis.call('HGET', KEYS[2], key)
  redis.call('DEL', key)
  if bytes then
    redis.call('ZREM', KEYS[1], key)
    redis.call('HDEL', KEYS[2], key)
    redis.call('DECRBY', KEYS[3], bytes)
  end
end`;

/** Before their time, because they belong to somebody who wants them gone. */
export async function deleteImages(redis: Redis, images: readonly string[]): Promise<void> {
  await redis.eval(DELETE, 3, keys.imageIndex, keys.imageBytes, keys.imageSum, ...images);
}

/** The PNG, or undefined when it has left. */
export async function getImage(redis: Redis, key: string): Promise<Buffer | undefined> {
  return (await redis.getBuffer(key)) ?? undefined;
}
