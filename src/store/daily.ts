/**
 * What the workers did each day (UTC), as sums alone: no prompt, no member. A day is one hash of at most a few hundred
 * small numbers, kept for KEPT_DAYS.
 */
import type { Redis } from "ioredis";
import { bucketOf } from "./histogram.ts";
import { keys } from "./keys.ts";

/** /stats looks back 90 days at most. */
const KEPT_DAYS = 100;
const DAY_MS = 24 * 3600 * 1000;
const WAIT = "wait:";

export interface Day {
  /** "2026-11-21". */
  date: string;
  /** Renders that were finished. */
  renders: number;
  images: number;
  /** What engines spent on those renders, by their own clocks, loading included. */
  busySeconds: number;
  /** The sum over all engines of the time in which they were ready to render. */
  onlineSeconds: number;
  /** Renders by how long they had waited for a worker, see histogram.ts. */
  waits: Map<number, number>;
}

/** One finished render, counted to the day of `at` (milliseconds). */
export async function countRender(
  redis: Redis,
  at: number,
  { images, busySeconds, waitSeconds }: { images: number; busySeconds: number; waitSeconds: number },
): Promise<void> {
  const key = keys.day(dateOf(at));
  await redis
    .multi()
    .hincrby(key, "renders", 1)
    .hincrby(key, "images", images)
    .hincrby(key, "busyMs", Math.round(busySeconds * 1000))
    .hincrby(key, `${WAIT}${bucketOf(waitSeconds)}`, 1)
    .expire(key, KEPT_DAYS * 24 * 3600)
    .exec();
}

/** @param engineMs milliseconds that engines were ready since the last count, added up over them */
export async function countOnline(redis: Redis, at: number, engineMs: number): Promise<void> {
  const key = keys.day(dateOf(at));
  await redis
    .multi()
    .hincrby(key, "onlineMs", Math.round(engineMs))
    .expire(key, KEPT_DAYS * 24 * 3600)
    .exec();
}

/** The last `count` days up to the one of `now`, oldest first; a day without work has zeros. */
export async function readDays(redis: Redis, count: number, now: number): Promise<Day[]> {
  const dates = Array.from({ length: count }, (_, i) => dateOf(now - (count - 1 - i) * DAY_MS));
  return Promise.all(dates.map(async (date) => dayOf(date, await redis.hgetall(keys.day(date)))));
}

const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

function dayOf(date: string, fields: Record<string, string>): Day {
  const sum = (name: string) => Number(fields[name] ?? 0);
  const waits = Object.entries(fields)
    .filter(([name]) => name.startsWith(WAIT))
    .map(([name, count]): [number, number] => [Number(name.slice(WAIT.length)), Number(count)]);
  return {
    date,
    renders: sum("renders"),
    images: sum("images"),
    busySeconds: sum("busyMs") / 1000,
    onlineSeconds: sum("onlineMs") / 1000,
    waits: new Map(waits),
  };
}
