/** Where each render of a request stands, as its queue knows it: true also when a worker has died without a word. */
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Request } from "../generation/request.ts";
import { PREFIX, renderJobId, renderQueue } from "./names.ts";

const standingSchema = z.enum(["waiting", "running", "rendered", "failed", "removed"]);
export type Standing = z.infer<typeof standingSchema>;

/** ARGV: BullMQ prefix, then queue and job id of each render. */
const STANDINGS = `
local answer = {}
for i = 2, #ARGV, 2 do
  local base, id = ARGV[1] .. ':' .. ARGV[i] .. ':', ARGV[i + 1]
  local standing = 'waiting'
  if redis.call('EXISTS', base .. id) == 0 then standing = 'removed'
  elseif redis.call('ZSCORE', base .. 'completed', id) then standing = 'rendered'
  elseif redis.call('ZSCORE', base .. 'failed', id) then standing = 'failed'
  elseif redis.call('LPOS', base .. 'active', id) then standing = 'running' end
  answer[#answer + 1] = standing
end
return answer`;

/** In the order of the request's renders. */
export async function standingsOf(redis: Redis, request: Request): Promise<Standing[]> {
  const jobs = request.renders.flatMap(({ recipe }, index) => [
    renderQueue(recipe),
    renderJobId(request.id, index),
  ]);
  return z.array(standingSchema).parse(await redis.eval(STANDINGS, 0, PREFIX, ...jobs));
}
