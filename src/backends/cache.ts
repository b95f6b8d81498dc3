/**
 * The directory of backends, read again at most every second: autocomplete asks at every key press. The memory of a
 * variant that is not loaded now is what its last job measured.
 */
import type { Redis } from "ioredis";
import { readDurations } from "../store/durations.ts";
import { present } from "../store/presence.ts";
import { type Directory, directoryOf } from "./directory.ts";

const FRESH_MS = 1000;

export class DirectoryCache {
  readonly #redis: Redis;
  #read: Promise<Directory> | undefined;
  #readAt = 0;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @throws when Redis is away */
  get(): Promise<Directory> {
    if (this.#read && Date.now() - this.#readAt < FRESH_MS) return this.#read;
    this.#readAt = Date.now();
    const read = this.#look();
    this.#read = read;
    read.catch(() => {
      if (this.#read === read) this.#read = undefined; // the next one asks again at once
    });
    return read;
  }

  async #look(): Promise<Directory> {
    const directory = directoryOf(await present(this.#redis));
    const offered = directory.offered.map(async (backend) => {
      if (backend.weightsBytes !== undefined) return backend;
      const [last] = await readDurations(this.#redis, backend.report.id, 1);
      return { ...backend, weightsBytes: last?.weightsBytes };
    });
    return { ...directory, offered: await Promise.all(offered) };
  }
}
