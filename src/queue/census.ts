/** How many renders wait and run, over all queues. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "../store/keys.ts";
import { PREFIX, recipeOf } from "./names.ts";
import { type Piece, WORK, workSchema } from "./work.ts";

/** KEYS: queues. ARGV: BullMQ prefix. Answers four entries a queue: its name, how many wait, how many run, their work. */
const COUNT = `${WORK}
local answer = {}
for _, queue in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local base = ARGV[1] .. ':' .. queue
  local prioritized = redis.call('ZCARD', base .. ':prioritized')
  answer[#answer + 1] = { queue, prioritized + redis.call('LLEN', base .. ':wait'),
    redis.call('LLEN', base .. ':active'), workOf(base, prioritized) }
end
return answer`;

const countsSchema = z.array(z.tuple([z.string(), z.number(), z.number(), workSchema]));

export interface Census {
  waiting: number;
  running: number;
  /** What both were asked for, by recipe. */
  work: Map<string, Piece[]>;
  /** Each of them, of every recipe that was ever asked for. */
  split: Map<string, { waiting: number; running: number }>;
}

export async function takeCensus(redis: Redis): Promise<Census> {
  const counts = countsSchema.parse(await redis.eval(COUNT, 1, keys.queues, PREFIX));
  const census: Census = { waiting: 0, running: 0, work: new Map(), split: new Map() };
  for (const [queue, waiting, running, pieces] of counts) {
    census.waiting += waiting;
    census.running += running;
    const recipe = recipeOf(queue);
    census.split.set(recipe, { waiting, running });
    if (pieces.length > 0) census.work.set(recipe, pieces);
  }
  return census;
}
