/**
 * The directory of backends, read again at most every second: autocomplete asks at every key press. The last jobs
 * of each backend come with it: they tell its times, and the memory of a variant that is not loaded now.
 */
import type { Redis } from "ioredis";
import { readDurations } from "../store/durations.ts";
import { present } from "../store/presence.ts";
import { soonOr } from "../store/recent.ts";
import { type Directory, directoryOf } from "./directory.ts";

const FRESH_MS = 1000;
/** Jobs of a backend that are looked at: enough to find ones like what waits, few enough to follow a change. */
const RECENT = 20;

export class DirectoryCache {
  readonly #redis: Redis;
  #read: Promise<Directory> | undefined;
  #readAt = 0;
  #last: Directory | undefined;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @throws when Redis is away */
  get(): Promise<Directory> {
    const now = performance.now(); // a clock that is set back must not keep it for as long
    if (this.#read && now - this.#readAt < FRESH_MS) return this.#read;
    this.#readAt = now;
    const read = this.#look();
    this.#read = read;
    read.then(
      (directory) => {
        this.#last = directory;
      },
      () => {
        if (this.#read === read) this.#read = undefined; // the next one asks again at once
      },
    );
    return read;
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
    return { ...directory, offered: await Promise.all(offered) };
  }
}
