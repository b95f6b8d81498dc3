/** Where a running request stands, as its worker last said. */
import type { Redis } from "ioredis";
import { type Progress, progressSchema } from "../generation/request.ts";
import { keys } from "./keys.ts";

/** The last word, or undefined while the request waits. */
export async function readProgress(redis: Redis, requestId: string): Promise<Progress | undefined> {
  const stored = await redis.get(keys.progress(requestId));
  return stored === null ? undefined : progressSchema.parse(JSON.parse(stored));
}
