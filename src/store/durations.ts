/** What the last jobs of each recipe really took: estimates and /backends speak from these. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { memoryMeasureSchema } from "../engine/protocol.ts";
import { keys } from "./keys.ts";

/** How many jobs of a recipe are remembered. */
const REMEMBERED = 200;

const durationSchema = z.object({
  /** From the engine's reading of the request to its last image. */
  seconds: z.number().nonnegative(),
  /** The part of it in which the variant was loaded or brought back; 0 where it was there. */
  loadSeconds: z.number().nonnegative(),
  /** One step of one image; absent from what an older version wrote. */
  stepSeconds: z.number().nonnegative().optional(),
  images: z.number().int().positive(),
  steps: z.number().int().positive(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  model: z.string(),
  device: z.string(),
  deviceName: z.string(),
  weightsBytes: z.number(),
  measure: memoryMeasureSchema,
  peakBytes: z.number(),
  at: z.number(),
});
export type Duration = z.infer<typeof durationSchema>;

export async function recordDuration(redis: Redis, recipe: string, duration: Duration): Promise<void> {
  const key = keys.durations(recipe);
  await redis
    .multi()
    .lpush(key, JSON.stringify(duration))
    .ltrim(key, 0, REMEMBERED - 1)
    .exec();
}

/** The last `count` jobs, newest first. What another version wrote and this one can't read is left out. */
export async function readDurations(redis: Redis, recipe: string, count = REMEMBERED): Promise<Duration[]> {
  const stored = await redis.lrange(keys.durations(recipe), 0, count - 1);
  return stored.flatMap((text) => durationSchema.safeParse(JSON.parse(text)).data ?? []);
}
