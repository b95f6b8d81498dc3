/**
 * The record of a request outside the queue: what was asked, where its answer stands, whether it was answered.
 * The queue decides what runs; this record decides what people see. Made by queue/order.ts at admission.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { type RenderResult, type Request, renderResultSchema, requestSchema } from "../generation/request.ts";
import { keys } from "./keys.ts";

/** Results stay operable (again, full size, delete) for this long. */
export const RECORD_TTL_SECONDS = 30 * 24 * 3600;

const recordSchema = z.object({
  request: z.string().transform((text) => requestSchema.parse(JSON.parse(text))),
  /** `delivering`: the answer is about to be sent, so progress must not be written over it. */
  state: z.enum(["waiting", "delivering", "answered"]),
  /** The message that shows progress and becomes the answer, once Discord has told its id. */
  messageId: z.string().optional(),
  notify: z.enum(["0", "1"]).transform((flag) => flag === "1"),
  /** What was rendered, once answered; empty for a request that was cancelled or failed. */
  results: z
    .string()
    .optional()
    .transform((text) => z.array(renderResultSchema).parse(JSON.parse(text ?? "[]"))),
});
/** An admission whose jobs did not come within this is taken back. */
export const RESERVATION_MS = 60_000;

export type RequestRecord = z.output<typeof recordSchema>;

/** The record, or undefined when the request is older than the record's life or never was. */
export async function readRecord(redis: Redis, id: string): Promise<RequestRecord | undefined> {
  const fields = await redis.hgetall(keys.request(id));
  return fields.request ? recordSchema.parse(fields) : undefined;
}

export async function setMessageId(redis: Redis, id: string, messageId: string): Promise<void> {
  await redis.hset(keys.request(id), "messageId", messageId);
}

export async function setNotify(redis: Redis, id: string): Promise<void> {
  await redis.hset(keys.request(id), "notify", "1");
}

export async function setDelivering(redis: Redis, id: string): Promise<void> {
  await redis.hset(keys.request(id), "state", "delivering");
}

/** The end of a request: it no longer counts against anybody's limit. */
export async function close(redis: Redis, request: Request, results: RenderResult[]): Promise<void> {
  await redis
    .multi()
    .hset(keys.request(request.id), "state", "answered", "results", JSON.stringify(results))
    .zrem(keys.open, request.id)
    .srem(keys.openOfMember(request.guildId, request.userId), request.id)
    .del(keys.progress(request.id), keys.token(request.id))
    .exec();
}

/** Takes back an admission whose jobs were never queued. */
export async function withdraw(redis: Redis, request: Request): Promise<void> {
  await redis
    .multi()
    .zrem(keys.open, request.id)
    .srem(keys.openOfMember(request.guildId, request.userId), request.id)
    .del(keys.request(request.id), keys.token(request.id))
    .exec();
}

/** Ids of requests that were submitted before `before` (milliseconds) and are not answered yet, oldest first. */
export async function openRequests(redis: Redis, before = Date.now()): Promise<string[]> {
  return redis.zrangebyscore(keys.open, "-inf", before);
}

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
