/**
 * What the last jobs of the backends tell. Times are comparable only where model, device, size and steps were the same,
 * so backends are held against each other in one setting: the one in which most of those jobs ran.
 */
import type { Redis } from "ioredis";
import { type Duration, readDurations } from "../store/durations.ts";
import { median } from "./median.ts";

/** Jobs of a backend that the figures look at: enough for a median, few enough to follow a change. */
const RECENT = 20;

export type Setting = Pick<Duration, "model" | "deviceName" | "width" | "height" | "steps">;

/** What the jobs of one backend in one setting measured. */
export interface Figures {
  jobs: number;
  /** Seconds an image, loading left out. */
  seconds: { median: number; min: number; max: number };
}

export const secondsAnImage = ({ seconds, loadSeconds, images }: Duration): number =>
  Math.max(0, seconds - loadSeconds) / images;

const sameSetting = (a: Setting, b: Setting) =>
  a.model === b.model &&
  a.deviceName === b.deviceName &&
  a.width === b.width &&
  a.height === b.height &&
  a.steps === b.steps;

/**
 * The settings of these jobs, the one with the most jobs first.
 * @param jobs newest first; of equally frequent settings the newer comes first
 */
export function settingsOf(jobs: readonly Duration[]): { setting: Setting; jobs: Duration[] }[] {
  const groups: { setting: Setting; jobs: Duration[] }[] = [];
  for (const job of jobs) {
    const known = groups.find(({ setting }) => sameSetting(setting, job));
    if (known) known.jobs.push(job);
    else {
      const { model, deviceName, width, height, steps } = job;
      groups.push({ setting: { model, deviceName, width, height, steps }, jobs: [job] });
    }
  }
  return groups.toSorted((a, b) => b.jobs.length - a.jobs.length);
}

/** @param jobs of one setting */
export function figuresOf(jobs: readonly Duration[]): Figures | undefined {
  const times = jobs.map(secondsAnImage);
  const middle = median(times);
  if (middle === undefined) return undefined;
  return {
    jobs: jobs.length,
    seconds: { median: middle, min: Math.min(...times), max: Math.max(...times) },
  };
}

export interface Measured {
  /** The setting in which backends are compared; undefined while nothing was rendered with this model. */
  setting: Setting | undefined;
  /** By recipe, where jobs ran in that setting. */
  figures: Map<string, Figures>;
}

/** @param model the one that is offered now: what another one took says nothing about it */
export async function measuredOf(
  redis: Redis,
  recipes: readonly string[],
  model: string | undefined,
): Promise<Measured> {
  const jobs = new Map<string, Duration[]>();
  await Promise.all(
    recipes.map(async (recipe) => {
      const recent = await readDurations(redis, recipe, RECENT);
      jobs.set(
        recipe,
        recent.filter((job) => job.model === model),
      );
    }),
  );
  const newestFirst = [...jobs.values()].flat().toSorted((a, b) => b.at - a.at);
  const setting = settingsOf(newestFirst)[0]?.setting;
  const figures = new Map<string, Figures>();
  if (setting)
    for (const [recipe, recent] of jobs) {
      const found = figuresOf(recent.filter((job) => sameSetting(setting, job)));
      if (found) figures.set(recipe, found);
    }
  return { setting, figures };
}
