/**
 * How far each backend's pictures are from the original's, as /compare measured it: one entry for each comparison in
 * which both were rendered from the same seed. /backends speaks from these. No prompt, no member.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "./keys.ts";

/** How many comparisons of a recipe are remembered. */
const REMEMBERED = 200;

const distanceSchema = z.object({
  /** The recipe of the original that it was compared with. */
  original: z.string(),
  model: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  steps: z.number().int().positive(),
  /** Peak signal-to-noise ratio in dB; null for identical pictures, whose ratio is infinite. */
  psnr: z.number().nullable(),
  /** DSSIM as images/difference.ts computes it: 0 for identical pictures, larger for further apart. */
  perceptual: z.number().nonnegative(),
  /** When the comparison was asked for, in milliseconds. */
  at: z.number(),
});
export type Distance = z.infer<typeof distanceSchema>;

/** Repeating it changes nothing: an answer may be composed more than once. */
export async function recordDistance(redis: Redis, recipe: string, distance: Distance): Promise<void> {
  const key = keys.distances(recipe);
  await redis
    .multi()
    .zadd(key, distance.at, JSON.stringify(distance))
    .zremrangebyrank(key, 0, -REMEMBERED - 1)
    .exec();
}

/** Oldest first. What another version wrote and this one can't read is left out. */
export async function readDistances(redis: Redis, recipe: string): Promise<Distance[]> {
  const stored = await redis.zrange(keys.distances(recipe), "0", "-1");
  return stored.flatMap((text) => distanceSchema.safeParse(JSON.parse(text)).data ?? []);
}
