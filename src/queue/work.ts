/** How much of what waits and runs there is, besides how many: what it was asked for tells how long it takes. */
import { z } from "zod";
import { keys } from "../store/keys.ts";

/** Renders of a queue that are looked at; they stand for the others, so that a long queue costs no more. */
const SAMPLED = 16;

/** What one render was asked for, and for how many it stands: less than one where it has begun. */
const pieceSchema = z
  .tuple([z.number(), z.number(), z.number(), z.number(), z.number()])
  .transform(([images, steps, width, height, times]) => ({ images, steps, width, height, times }));
export type Piece = z.infer<typeof pieceSchema>;

/** By recipe. */
export type Work = ReadonlyMap<string, readonly Piece[]>;

/**
 * Lua: `workOf(base, count)` is what a queue holds as JSON: its first `count` prioritized jobs, what has come back to it
 * and what runs. The samples lie evenly in the queue, since one member's requests stand together.
 */
export const WORK = `
local function workOf(base, count)
  local pieces = {}
  local function add(id, times, runs)
    local data = redis.call('HGET', base .. ':' .. id, 'data')
    local ok, job = pcall(cjson.decode, data or '')
    if not ok or type(job) ~= 'table' or type(job.noise) ~= 'table' or type(job.requestId) ~= 'string' then return end
    for _, figure in ipairs({ 'steps', 'width', 'height' }) do -- another version may have queued it
      if type(job[figure]) ~= 'number' or job[figure] <= 0 then return end
    end
    local images, left = #job.noise, 1
    local told = runs and redis.call('HGET', '${keys.progress("")}' .. job.requestId, string.match(id, '%d+$'))
    local read, now = pcall(cjson.decode, told or '')
    if read and type(now) == 'table' and tonumber(now.image) and tonumber(now.step) and (tonumber(now.steps) or 0) > 0 then
      left = math.max(0, 1 - (now.image + now.step / now.steps) / images)
    end
    pieces[#pieces + 1] = cjson.encode({ images, job.steps, job.width, job.height, times * left })
  end
  local looks = math.min(count, ${SAMPLED})
  for i = 0, looks - 1 do
    local rank = math.floor((i + 0.5) * count / looks)
    add(redis.call('ZRANGE', base .. ':prioritized', rank, rank)[1], count / looks, false)
  end
  for _, id in ipairs(redis.call('LRANGE', base .. ':wait', 0, ${SAMPLED - 1})) do add(id, 1, false) end
  for _, id in ipairs(redis.call('LRANGE', base .. ':active', 0, -1)) do add(id, 1, true) end
  return '[' .. table.concat(pieces, ',') .. ']'
end`;

/** What `workOf` answered. */
export const workSchema = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.array(pieceSchema));
