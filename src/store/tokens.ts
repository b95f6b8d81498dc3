/**
 * Interaction tokens: whoever has one can speak as the bot in answer to that interaction. So they live here alone,
 * for as long as they work, and never in job data or a log.
 */
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";

/** Discord takes a token for 15 minutes; the last is left out, since a request may be on its way. */
const TOKEN_LIFE_MS = 14 * 60_000;
const DISCORD_EPOCH = 1_420_070_400_000n;

/** When an interaction began, in milliseconds, out of its own id: bots' clocks may differ, Discord's counts. */
export const snowflakeTime = (id: string): number => Number((BigInt(id) >> 22n) + DISCORD_EPOCH);

export async function storeToken(redis: Redis, requestId: string, interactionId: string, token: string) {
  const left = snowflakeTime(interactionId) + TOKEN_LIFE_MS - Date.now();
  if (left > 0) await redis.set(keys.token(requestId), token, "PX", left);
}

/** The token while it works. */
export async function readToken(redis: Redis, requestId: string): Promise<string | undefined> {
  return (await redis.get(keys.token(requestId))) ?? undefined;
}
