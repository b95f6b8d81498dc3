/** How many renders wait and run, over all queues. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "../store/keys.ts";
import { PREFIX } from "./names.ts";

/** KEYS: queues. ARGV: BullMQ prefix. Answers three entries a queue: its name, how many wait, how many run. */
const COUNT = `
local answer = {}
for _, queue in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local base = ARGV[1] .. ':' .. queue
  answer[#answer + 1] = { queue,
    redis.call('ZCARD', base .. ':prioritized') + redis.call('LLEN', base .. ':wait'),
    redis.call('LLEN', base .. ':active') }
end
return answer`;

const countsSchema = z.array(z.tuple([z.string(), z.number(), z.number()]));

export interface Census {
  waiting: number;
  running: number;
  /** Both together, by recipe. */
  byRecipe: Map<string, number>;
  /** Each of them, of every recipe that was ever asked for. */
  split: Map<string, { waiting: number; running: number }>;
}

export async function takeCensus(redis: Redis): Promise<Census> {
  const counts = countsSchema.parse(await redis.eval(COUNT, 1, keys.queues, PREFIX));
  const census: Census = { waiting: 0, running: 0, byRecipe: new Map(), split: new Map() };
  for (const [queue, waiting, running] of counts) {
    census.waiting += waiting;
    census.running += running;
    const recipe = queue.replace(/^req-/, "");
    census.split.set(recipe, { waiting, running });
    if (waiting + running > 0) census.byRecipe.set(recipe, waiting + running);
  }
  return census;
}
