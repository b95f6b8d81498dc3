/**
 * The clock of the fair order, as start-time fair queueing has it: the highest priority that a worker has taken. It
 * goes on although a render waits that nobody can run, and starts over when nothing is open. All engines advance the
 * one clock, and that is its limit: where GPUs offer different recipes, a busy fast one carries it past what waits for
 * a slow one. What comes for the slow one then lines up behind all of that, newcomers' first requests too, though
 * members keep their distance from their own earlier ones. GPUs that offer the same recipes share the order fairly.
 */
import type { Redis } from "ioredis";
import { keys } from "../store/keys.ts";
import { PREFIX, renderQueue } from "./names.ts";

/** BullMQ's largest priority. */
export const MAX_PRIORITY = 2_097_151;

/** From here on it is set back: half of the range is left for what is waiting by then. */
export const SET_BACK_ABOVE = MAX_PRIORITY >> 1;

/** KEYS: virtual time, job. The job's priority is read here and now, since it may have been set back. */
const ADVANCE = `
local priority = tonumber(redis.call('HGET', KEYS[2], 'priority'))
if priority > tonumber(redis.call('GET', KEYS[1]) or 0) then redis.call('SET', KEYS[1], priority) end`;

/** A worker has taken this job. */
export async function advance(redis: Redis, recipe: string, jobId: string): Promise<void> {
  await redis.eval(ADVANCE, 2, keys.virtualTime, `${PREFIX}:${renderQueue(recipe)}:${jobId}`);
}

/**
 * Lua: lowers the priority of every render that waits or runs, in these queues, as well as the virtual time. What nobody
 * has run for ages ends up at 1, since BullMQ has another meaning for 0. A score is priority * 2^32 + a counter.
 */
export const SET_BACK = `
local function setBack(by, virtualTime, prefix, queues)
  local function lowered(priority) return math.max(1, priority - by) end
  for _, queue in ipairs(queues) do
    local base = prefix .. ':' .. queue .. ':'
    for _, list in ipairs({ 'wait', 'active' }) do
      for _, id in ipairs(redis.call('LRANGE', base .. list, 0, -1)) do
        redis.call('HSET', base .. id, 'priority', lowered(redis.call('HGET', base .. id, 'priority')))
      end
    end
    local waiting = redis.call('ZRANGE', base .. 'prioritized', 0, -1, 'WITHSCORES')
    for i = 1, #waiting, 2 do
      local id, score = waiting[i], waiting[i + 1]
      local priority = lowered(math.floor(score / 4294967296))
      redis.call('ZADD', base .. 'prioritized', priority * 4294967296 + score % 4294967296, id)
      redis.call('HSET', base .. id, 'priority', priority)
    end
  end
  redis.call('SET', virtualTime, math.max(0, (redis.call('GET', virtualTime) or 0) - by))
end
`;
