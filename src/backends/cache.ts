/**
 * The directory of backends, read again at most every second: autocomplete asks at every key press. The last jobs
 * of each backend come with it: they tell its times, and the memory of a variant that is not loaded now.
 */
import type { Redis } from "ioredis";
import { Fresh } from "../fresh.ts";
import { readDurations } from "../store/durations.ts";
import { present } from "../store/presence.ts";
import { soonOr } from "../store/recent.ts";
import { type Directory, directoryOf } from "./directory.ts";

const FRESH_MS = 1000;
/** Jobs of a backend that are looked at: enough to find ones like what waits, few enough to follow a change. */
const RECENT = 20;

export class DirectoryCache {
  readonly #redis: Redis;
  readonly #fresh = new Fresh<Directory>(FRESH_MS);
  #last: Directory | undefined;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @throws when Redis is away */
  get(): Promise<Directory> {
    return this.#fresh.get(() => this.#look());
  }

  /**
   * For autocomplete, which has no time to wait: what Redis says at once, else what it said last.
   * @throws when Redis is away and was never read
   */
  async recent(): Promise<Directory> {
    return soonOr(this.get(), this.#last);
  }

  async #look(): Promise<Directory> {
    const directory = directoryOf(await present(this.#redis));
    const offered = directory.offered.map(async (backend) => {
      const jobs = await readDurations(this.#redis, backend.report.id, RECENT);
      const weightsBytes = backend.weightsBytes ?? jobs[0]?.weightsBytes;
      return { ...backend, weightsBytes, jobs: jobs.filter(({ model }) => model === directory.model?.name) };
    });
    this.#last = { ...directory, offered: await Promise.all(offered) };
    return this.#last;
  }
}
