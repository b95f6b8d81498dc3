/** Where a running request's renders stand, as their workers last said. */
import type { Redis } from "ioredis";
import { type Progress, progressSchema } from "../generation/request.ts";
import { channels, keys } from "./keys.ts";

/** The last word on each render that a worker has taken, by the render's index. */
export async function readProgress(redis: Redis, requestId: string): Promise<Map<number, Progress>> {
  const stored = Object.values(await redis.hgetall(keys.progress(requestId)));
  return new Map(
    stored.map((text) => {
      const progress = progressSchema.parse(JSON.parse(text));
      return [progress.render, progress];
    }),
  );
}

/** Long enough for the longest queue behind a request; a finished request's progress is read by nobody. */
const KEPT_SECONDS = 3600;

export async function writeProgress(redis: Redis, progress: Progress): Promise<void> {
  const text = JSON.stringify(progress);
  const key = keys.progress(progress.requestId);
  await redis
    .multi()
    .hset(key, progress.render, text)
    .expire(key, KEPT_SECONDS)
    .publish(channels.progress, text)
    .exec();
}
