/**
 * Interaction tokens: whoever has one can speak as the bot in answer to that interaction. So they live here alone,
 * for as long as they work, and never in job data or a log.
 */
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";

/** Discord takes a token for 15 minutes; the last is left out, since a request may be on its way. */
const TOKEN_LIFE_SECONDS = 14 * 60;

/** Called within the three seconds in which an interaction can be answered at all, so its life counts from now. */
export async function storeToken(redis: Redis, requestId: string, token: string): Promise<void> {
  await redis.set(keys.token(requestId), token, "EX", TOKEN_LIFE_SECONDS);
}

/** The token while it works. */
export async function readToken(redis: Redis, requestId: string): Promise<string | undefined> {
  return (await redis.get(keys.token(requestId))) ?? undefined;
}
