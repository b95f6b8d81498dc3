/**
 * The record of a request outside the queue: what was asked, where its answer stands, whether it was answered.
 * The queue decides what runs; this record decides what people see. Made by queue/order.ts at admission.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { type RenderResult, type Request, renderResultSchema, requestSchema } from "../generation/request.ts";
import { keys } from "./keys.ts";
import { COUNT_REQUESTS, minuteKey } from "./rates.ts";

/** Results stay operable (again, full size, delete) for this long. Until it is answered a request is kept as it waits. */
export const RECORD_TTL_SECONDS = 30 * 24 * 3600;

const recordSchema = z.object({
  request: z.string().transform((text) => requestSchema.parse(JSON.parse(text))),
  /**
   * `reserved`: admitted, its jobs are on their way into the queue. `waiting`: they are there, or rendering.
   * `delivering`: the answer is about to be sent, so progress must not be written over it.
   */
  state: z.enum(["reserved", "waiting", "delivering", "answered"]),
  /** Discord has the first message: the answer may be written over it. */
  acknowledged: z
    .literal("1")
    .optional()
    .transform((flag) => flag === "1"),
  /** The message in the request's channel that shows progress and becomes the answer, once Discord has told its id. */
  messageId: z.string().optional(),
  nonce: z.string(),
  notify: z.enum(["0", "1"]).transform((flag) => flag === "1"),
  /** What was rendered, once answered; empty for a request that was cancelled or failed. */
  results: z
    .string()
    .optional()
    .transform((text) => z.array(renderResultSchema).parse(JSON.parse(text ?? "[]"))),
});
export type RequestRecord = z.output<typeof recordSchema>;

/** What of a request every version understands: enough to close it. */
export const askedSchema = requestSchema.pick({ id: true, userId: true, guildId: true });
type Asked = z.infer<typeof askedSchema>;

/** The record, or undefined when the request is older than the record's life or never was. */
export async function readRecord(redis: Redis, id: string): Promise<RequestRecord | undefined> {
  const fields = await redis.hgetall(keys.request(id));
  return fields.request ? recordSchema.parse(fields) : undefined;
}

/** The same for lists, which must not fail by one that another version wrote: it is as if it were not there. */
export const readKnown = (redis: Redis, id: string): Promise<RequestRecord | undefined> =>
  readAs(recordSchema, redis, id);

/** A record as far as the schema asks; undefined when there is none, or nobody can read that much of it. */
export async function readAs<T>(schema: z.ZodType<T>, redis: Redis, id: string): Promise<T | undefined> {
  const fields = await redis.hgetall(keys.request(id));
  try {
    return schema.parse(fields);
  } catch {
    return undefined;
  }
}

const reservationSchema = z.object({
  request: z.string().transform((text) => askedSchema.parse(JSON.parse(text))),
  nonce: z.string(),
});

/** What it takes to withdraw an admission, of any version; undefined when there is no record, or nobody can read it. */
export async function readReservation(
  redis: Redis,
  id: string,
): Promise<{ asked: Asked; nonce: string } | undefined> {
  const found = await readAs(reservationSchema, redis, id);
  return found && { asked: found.request, nonce: found.nonce };
}

/** KEYS: record, reserved. ARGV: id. A quick render may be answered already. */
const CONFIRM = `
redis.call('ZREM', KEYS[2], ARGV[1])
local state = redis.call('HGET', KEYS[1], 'state')
if state == 'reserved' then redis.call('HSET', KEYS[1], 'state', 'waiting') end
return state and 1 or 0`;

/** Its jobs are queued: it is shown from now on. @returns false when its admission was taken back meanwhile */
export async function confirm(redis: Redis, id: string): Promise<boolean> {
  return (await redis.eval(CONFIRM, 2, keys.request(id), keys.reserved, id)) === 1;
}

/** KEYS: reserved. ARGV: milliseconds. */
const RESERVED =
  "return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1] * 1000 - ARGV[1])";

/** Ids admitted this long ago, by Redis's clock, that nobody has confirmed. */
export async function reservations(redis: Redis, forMs: number): Promise<string[]> {
  return z.array(z.string()).parse(await redis.eval(RESERVED, 1, keys.reserved, forMs));
}

/** A request whose record is gone or means nothing can't be answered: it must not count as open for ever. */
export async function forget(redis: Redis, id: string): Promise<void> {
  await redis
    .multi()
    .zrem(keys.open, id)
    .zrem(keys.reserved, id)
    .expire(keys.request(id), RECORD_TTL_SECONDS)
    .exec();
}

/** KEYS: record. ARGV: fields and values. One that has gone stays gone: made again, it would have no end. */
const UPDATE = `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], unpack(ARGV)) end`;

/** Discord took the first answer, which is this message. */
export async function setAcknowledged(redis: Redis, id: string, messageId: string): Promise<void> {
  await redis.eval(UPDATE, 1, keys.request(id), "acknowledged", "1", "messageId", messageId);
}

/** The answer is this message in the request's channel, which need not be the first one. */
export async function setMessage(redis: Redis, id: string, messageId: string): Promise<void> {
  await redis.eval(UPDATE, 1, keys.request(id), "messageId", messageId);
}

export async function setNotify(redis: Redis, id: string): Promise<void> {
  await redis.eval(UPDATE, 1, keys.request(id), "notify", "1");
}

/** KEYS: record. */
const DELIVER = `
local state = redis.call('HGET', KEYS[1], 'state')
if not state or state == 'answered' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'delivering')
return 1`;

/** @returns false when it was answered meanwhile, or is not known any more */
export async function setDelivering(redis: Redis, id: string): Promise<boolean> {
  return (await redis.eval(DELIVER, 1, keys.request(id))) === 1;
}

/** Longer than any delivery is tried. */
const NOTIFIED_SECONDS = 7 * 24 * 3600;

/** @returns whether nobody else tells the member that the request is done */
export async function claimNotification(redis: Redis, id: string): Promise<boolean> {
  return (await redis.set(keys.notified(id), "1", "EX", NOTIFIED_SECONDS, "NX")) !== null;
}

/** What was secret of its renders may be known from now on. */
export async function unseal(redis: Redis, request: Request): Promise<void> {
  const renders = request.renders.map(({ secret: _, ...render }) => render);
  const unsealed = JSON.stringify({ ...request, renders });
  await redis.eval(UPDATE, 1, keys.request(request.id), "request", unsealed);
}

/**
 * KEYS: record, all of the member. ARGV: results, record TTL, id. One that is gone must not come back without what was
 * asked.
 */
const ANSWERED = `
if redis.call('EXISTS', KEYS[1]) == 0 then return end
redis.call('HSET', KEYS[1], 'state', 'answered', 'results', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], redis.call('TIME')[1] * 1000, ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[2])`;

/** The end of a request: it no longer counts against anybody's limit. */
export async function close(redis: Redis, request: Asked, results: RenderResult[]): Promise<void> {
  const kept = [keys.request(request.id), keys.requestsOf(request.userId)];
  await redis
    .multi()
    .eval(ANSWERED, 2, ...kept, JSON.stringify(results), RECORD_TTL_SECONDS, request.id)
    .zrem(keys.open, request.id)
    .zrem(keys.reserved, request.id)
    .srem(keys.openOfMember(request.guildId, request.userId), request.id)
    .zrem(keys.openOfGuild(request.guildId), request.id)
    .del(keys.progress(request.id), keys.preview(request.id), keys.token(request.id))
    .exec();
}

/**
 * KEYS: record, open, reserved, open of the member, token, open of the server, the member's count of this minute.
 * ARGV: id, nonce.
 */
const WITHDRAW = `${COUNT_REQUESTS}
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[2] or redis.call('HGET', KEYS[1], 'state') ~= 'reserved' then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('SREM', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[6], ARGV[1])
if redis.call('HGET', KEYS[1], 'counted') then uncountRequest(KEYS[7]) end
return redis.call('DEL', KEYS[1], KEYS[5])`;

/** Takes back this very admission, if its jobs were never queued. */
export async function withdraw(redis: Redis, request: Asked, nonce: string): Promise<void> {
  const { id, guildId, userId } = request;
  const touched = [
    keys.request(id),
    keys.open,
    keys.reserved,
    keys.openOfMember(guildId, userId),
    keys.token(id),
    keys.openOfGuild(guildId),
    minuteKey(request),
  ];
  await redis.eval(WITHDRAW, touched.length, ...touched, id, nonce);
}

/** Ids of the requests of a member that may still be known, oldest first. */
export async function requestsOf(redis: Redis, userId: string): Promise<string[]> {
  const known = await redis.zrange(keys.requestsOf(userId), "0", "-1");
  // The list of them forgets what has waited for longer than that.
  const since = Date.now() - RECORD_TTL_SECONDS * 1000;
  const waiting = await redis.zrangebyscore(keys.open, "-inf", since);
  const records = await Promise.all(waiting.map((id) => readReservation(redis, id)));
  const own = waiting.filter((_, index) => records[index]?.asked.userId === userId);
  return [...new Set([...own, ...known])];
}
