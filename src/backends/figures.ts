/** What a finished render leaves in the public figures: its duration and memory by recipe, and the sums of its day. */
import type { Redis } from "ioredis";
import { loadingSeconds, type RenderJob, type RenderResult } from "../generation/request.ts";
import { countRender } from "../store/daily.ts";
import { recordDuration } from "../store/durations.ts";

/** @param at when the render ended, in milliseconds */
export async function recordRender(
  redis: Redis,
  { recipe, noise, steps, width, height }: RenderJob,
  { stats, model, queueSeconds }: RenderResult,
  at: number,
): Promise<void> {
  const { device, deviceName, seconds, memory } = stats;
  const { weightsBytes, measure, peakBytes } = memory;
  const images = noise.length;
  await Promise.all([
    recordDuration(redis, recipe, {
      ...{ model, device, deviceName, images, steps, width, height, at },
      seconds: seconds.total,
      loadSeconds: loadingSeconds(seconds),
      stepSeconds: seconds.perStep,
      ...{ weightsBytes, measure, peakBytes },
    }),
    countRender(redis, at, { images, busySeconds: seconds.total, waitSeconds: queueSeconds }),
  ]);
}
