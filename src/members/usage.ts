/** What a member has used: counted once a request, when its renders have ended. */
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Request } from "../generation/request.ts";
import { keys } from "../store/keys.ts";
import { Rates } from "../store/rates.ts";

const measures = ["requests", "images", "engineSeconds"] as const;
type Measure = (typeof measures)[number];
/** In all; `engineSeconds` from the engine's reading of each render to its last image, loading included. */
export type Usage = Record<Measure, number>;

/** What of a RenderResult is counted. */
interface Rendered {
  images: readonly unknown[];
  stats: { seconds: { total: number } };
}

/** Longer than any delivery is tried. */
const COUNTED_SECONDS = 7 * 24 * 3600;

/**
 * Counts what was rendered for a request against its member. A second call for the same request counts nothing, so
 * that a delivery that is tried again does not count twice.
 */
export async function countUsage(
  redis: Redis,
  request: Request,
  results: readonly Rendered[],
): Promise<void> {
  if (results.length === 0) return;
  if ((await redis.set(keys.counted(request.id), "1", "EX", COUNTED_SECONDS, "NX")) === null) return;
  const seconds = results.reduce((sum, { stats }) => sum + stats.seconds.total, 0);
  const images = results.reduce((sum, result) => sum + result.images.length, 0);
  const field = (measure: Measure) => `${request.guildId}:${measure}`;
  const key = keys.usage(request.userId);
  await Promise.all([
    new Rates(redis).spendEngine(request, seconds),
    redis
      .multi()
      .hincrby(key, field("requests"), 1)
      .hincrby(key, field("images"), images)
      .hincrbyfloat(key, field("engineSeconds"), seconds)
      .exec(),
  ]);
}

const storedSchema = z.record(z.string(), z.coerce.number());

/** By server. */
export async function readUsage(redis: Redis, userId: string): Promise<Map<string, Usage>> {
  const stored = storedSchema.parse(await redis.hgetall(keys.usage(userId)));
  const usages = new Map<string, Usage>();
  for (const [field, value] of Object.entries(stored)) {
    const [guildId = "", measure] = field.split(":");
    const usage = usages.get(guildId) ?? { requests: 0, images: 0, engineSeconds: 0 };
    usages.set(guildId, { ...usage, [measure as Measure]: value });
  }
  return usages;
}
