/**
 * The fair order. BullMQ runs the lowest priority first, so what a request's priority is decides who waits:
 *
 *   priority = the head's + the renders of the member's own unanswered requests + 1
 *
 * where the head is the lowest priority waiting anywhere, or the highest taken (virtualTime.ts) if that is higher.
 * A member who floods the queue takes numbers further and further back, while a newcomer's first request is
 * placed right behind the head. Since the head only moves up, newcomers can't starve what waits already.
 * BullMQ scores a job priority * 2^32 + a counter, so equal priorities keep their order of arrival.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Request } from "../generation/request.ts";
import { keys } from "../store/keys.ts";
import { COUNT_REQUESTS, minuteKey } from "../store/rates.ts";
import { RECORD_TTL_SECONDS } from "../store/requests.ts";
import { PREFIX, recipeOf, renderJobId, renderQueue } from "./names.ts";
import { MAX_PRIORITY, SET_BACK, SET_BACK_ABOVE } from "./virtualTime.ts";
import { WORK, type Work, workSchema } from "./work.ts";

export interface Limits {
  /** Unanswered requests of everybody. */
  queue: number;
  /** Unanswered requests of one member in one server. */
  perMember: number;
  /** Requests of one member in one server within a minute; absent where they are not counted. */
  perMinute?: number | undefined;
}

export type Admission =
  | { verdict: "admitted"; priority: number }
  /** The same interaction again: a retry, or a second bot. */
  | { verdict: "known" }
  | { verdict: "queue-full"; waiting: number }
  | { verdict: "member-full"; waiting: number }
  | { verdict: "too-often"; retryAt: number }
  /** The queue takes nothing in, see store/gate.ts. */
  | { verdict: "draining" };

/**
 * KEYS: open, open of the member, record, queues, reserved, open of the server, gate, all of the member,
 * virtual time, the member's count of this minute.
 * ARGV: id, now, queue limit, member limit, request, record TTL, largest priority, BullMQ prefix, notify, nonce,
 * its renders, a record's key without the id, when to set priorities back, limit a minute or '', queues...
 */
const ADMIT = `${SET_BACK}${COUNT_REQUESTS}
if redis.call('EXISTS', KEYS[3]) == 1 then return {'known', 0} end
if redis.call('HGET', KEYS[7], 'mode') == 'draining' then return {'draining', 0} end
local most = tonumber(ARGV[14])
local left = most and untilNext(KEYS[10], most)
if left then return {'too-often', left} end
local open = redis.call('ZCARD', KEYS[1])
if open >= tonumber(ARGV[3]) then return {'queue-full', open} end
local own = redis.call('SCARD', KEYS[2])
if own >= tonumber(ARGV[4]) then return {'member-full', own} end
local ahead = 0
for _, id in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  ahead = ahead + (redis.call('HGET', ARGV[12] .. id, 'renders') or 1) -- admitted before renders were counted: 1
end
for i = 15, #ARGV do redis.call('SADD', KEYS[4], ARGV[i]) end
local queues = redis.call('SMEMBERS', KEYS[4])
local lowest = nil
for _, queue in ipairs(queues) do
  local score = redis.call('ZRANGE', ARGV[8] .. ':' .. queue .. ':prioritized', 0, 0, 'WITHSCORES')[2]
  if score then
    local priority = math.floor(score / 4294967296)
    if not lowest or priority < lowest then lowest = priority end
  end
end
if open == 0 then redis.call('DEL', KEYS[9]) end
local head = math.max(lowest or 0, tonumber(redis.call('GET', KEYS[9]) or 0))
-- Not while another admission is on its way into the queue with a priority of before.
if head > tonumber(ARGV[13]) and redis.call('ZCARD', KEYS[5]) == 0 then
  setBack(head - 1, KEYS[9], ARGV[8], queues)
  head = 1
end
local priority = math.min(head + ahead + 1, tonumber(ARGV[7]))
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[5], redis.call('TIME')[1] * 1000, ARGV[1])
redis.call('ZADD', KEYS[6], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[3], 'request', ARGV[5], 'state', 'reserved', 'notify', ARGV[9], 'nonce', ARGV[10],
  'renders', ARGV[11])
if most then
  redis.call('HSET', KEYS[3], 'counted', 1)
  countRequest(KEYS[10])
end
redis.call('ZADD', KEYS[8], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[8], '-inf', ARGV[2] - ARGV[6] * 1000)
redis.call('EXPIRE', KEYS[8], ARGV[6])
return {'admitted', priority}`;

const admissionSchema = z.tuple([
  z.enum(["admitted", "known", "draining", "queue-full", "member-full", "too-often"]),
  z.number(),
]);

/**
 * Takes a request in, or says which limit it breaks: one script, so two at once can't both take the last place, and two
 * bots that hear of one request don't count it twice. It is reserved until `confirm`, in store/requests.ts, says that
 * its jobs are queued.
 * @param nonce tells this admission from another of the same request, for `withdraw`
 */
export async function admit(
  redis: Redis,
  request: Request,
  limits: Limits,
  nonce: string,
): Promise<Admission> {
  const answer = await redis.eval(
    ADMIT,
    10,
    keys.open,
    keys.openOfMember(request.guildId, request.userId),
    keys.request(request.id),
    keys.queues,
    keys.reserved,
    keys.openOfGuild(request.guildId),
    keys.gate,
    keys.requestsOf(request.userId),
    keys.virtualTime,
    minuteKey(request),
    request.id,
    request.createdAt,
    limits.queue,
    limits.perMember,
    JSON.stringify(request),
    RECORD_TTL_SECONDS,
    MAX_PRIORITY,
    PREFIX,
    request.notify ? 1 : 0,
    nonce,
    request.renders.length,
    keys.request(""),
    SET_BACK_ABOVE,
    limits.perMinute ?? "",
    ...new Set(request.renders.map((render) => renderQueue(render.recipe))),
  );
  const [verdict, figure] = admissionSchema.parse(answer);
  if (verdict === "admitted") return { verdict, priority: figure };
  if (verdict === "known" || verdict === "draining") return { verdict };
  if (verdict === "too-often") return { verdict, retryAt: Date.now() + figure };
  return { verdict, waiting: figure };
}

export interface Place {
  /** Renders of each recipe that go before this one. */
  ahead: Map<string, number>;
  /** What they were asked for. */
  work: Work;
}

/** Renders of all recipes together. */
export const countAhead = ({ ahead }: Pick<Place, "ahead">): number =>
  [...ahead.values()].reduce((sum, renders) => sum + renders, 0);

/**
 * KEYS: queues. ARGV: BullMQ prefix, then queue and job id of each own render. Answers the queues ahead of the first own
 * render with their counts and work, or nothing when none waits.
 */
const PLACE = `${WORK}
local own = nil
for i = 2, #ARGV, 2 do
  local score = redis.call('ZSCORE', ARGV[1] .. ':' .. ARGV[i] .. ':prioritized', ARGV[i + 1])
  if score and (not own or tonumber(score) < tonumber(own)) then own = score end
end
if not own then return {} end
local answer = {}
for _, queue in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local base = ARGV[1] .. ':' .. queue
  local before = redis.call('ZCOUNT', base .. ':prioritized', '-inf', '(' .. own)
  local ahead = before + redis.call('LLEN', base .. ':wait') + redis.call('LLEN', base .. ':active')
  if ahead > 0 then answer[#answer + 1] = { queue, ahead, workOf(base, before) } end
end
return answer`;

const placeSchema = z.array(z.tuple([z.string(), z.number(), workSchema]));

/** Where the first waiting render of a request stands: O(log n) a queue, whatever waits. */
export async function placeOf(redis: Redis, request: Request): Promise<Place> {
  const own = request.renders.flatMap(({ recipe }, index) => [
    renderQueue(recipe),
    renderJobId(request.id, index),
  ]);
  const answer = placeSchema.parse(await redis.eval(PLACE, 1, keys.queues, PREFIX, ...own));
  const found = answer.map(([queue, count, pieces]) => ({
    recipe: recipeOf(queue),
    count,
    pieces,
  }));
  return {
    ahead: new Map(found.map(({ recipe, count }) => [recipe, count])),
    work: new Map(found.map(({ recipe, pieces }) => [recipe, pieces])),
  };
}
