/** Where a running request stands, as its worker last said. */
import type { Redis } from "ioredis";
import { type Progress, progressSchema } from "../generation/request.ts";
import { channels, keys } from "./keys.ts";

/** The last word, or undefined while the request waits. */
export async function readProgress(redis: Redis, requestId: string): Promise<Progress | undefined> {
  const stored = await redis.get(keys.progress(requestId));
  return stored === null ? undefined : progressSchema.parse(JSON.parse(stored));
}

/** Long enough for the longest queue behind a request; a finished request's progress is read by nobody. */
const KEPT_SECONDS = 3600;

export async function writeProgress(redis: Redis, progress: Progress): Promise<void> {
  const text = JSON.stringify(progress);
  await redis
    .multi()
    .set(keys.progress(progress.requestId), text, "EX", KEPT_SECONDS)
    .publish(channels.progress, text)
    .exec();
}
