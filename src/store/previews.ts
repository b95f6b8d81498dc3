/** What a running request's picture looks like so far: the newest latent preview, a WebP, soon forgotten. */
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";

/** A worker that has died tells no more; what it told last is not shown for long. */
const KEPT_SECONDS = 60;

export async function writePreview(redis: Redis, requestId: string, webp: Buffer): Promise<void> {
  await redis.set(keys.preview(requestId), webp, "EX", KEPT_SECONDS);
}

export async function readPreview(redis: Redis, requestId: string): Promise<Buffer | undefined> {
  return (await redis.getBuffer(keys.preview(requestId))) ?? undefined;
}
