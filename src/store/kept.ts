/** Private results that could reach nobody: kept for a day, until the member asks for them with /me. */
import type { Redis } from "ioredis";
import type { Request } from "../generation/request.ts";
import { IMAGE_TTL_SECONDS } from "./images.ts";
import { keys } from "./keys.ts";

export async function keep(redis: Redis, request: Request): Promise<void> {
  const key = keys.kept(request.userId);
  await redis.multi().zadd(key, Date.now(), request.id).expire(key, IMAGE_TTL_SECONDS).exec();
}

/** Ids of what is kept for a member, oldest first. */
export async function kept(redis: Redis, userId: string): Promise<string[]> {
  return redis.zrangebyscore(keys.kept(userId), Date.now() - IMAGE_TTL_SECONDS * 1000, "+inf");
}

export async function handOver(redis: Redis, userId: string, requestId: string): Promise<void> {
  await redis.zrem(keys.kept(userId), requestId);
}
