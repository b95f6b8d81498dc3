/** Which requests are not answered yet: what limits count, and what is looked after until its answer is there. */
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";

/** Whether it counts against the limits. */
export async function isOpen(redis: Redis, id: string): Promise<boolean> {
  return (await redis.zscore(keys.open, id)) !== null;
}

/** Ids of a server's open requests from the one that has been open for longest. */
export async function openOfGuild(redis: Redis, guildId: string): Promise<string[]> {
  return redis.zrange(keys.openOfGuild(guildId), "0", "-1");
}

/** How many requests are open everywhere. */
export async function countOpen(redis: Redis): Promise<number> {
  return redis.zcard(keys.open);
}

/** Ids of one member's open requests in a server, in no order. */
export async function openOfMember(redis: Redis, guildId: string, userId: string): Promise<string[]> {
  return redis.smembers(keys.openOfMember(guildId, userId));
}

/** Ids of the requests that have been open for longest. */
export async function oldestOpen(redis: Redis, count: number): Promise<string[]> {
  return redis.zrange(keys.open, "0", String(count - 1));
}

/** How many requests of a member are unanswered in a server. */
export async function openOf(redis: Redis, guildId: string, userId: string): Promise<number> {
  return redis.scard(keys.openOfMember(guildId, userId));
}
