/** The directory of backends, read again at most every second: autocomplete asks at every key press. */
import type { Redis } from "ioredis";
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
    const read = present(this.#redis).then(directoryOf);
    this.#read = read;
    read.catch(() => {
      if (this.#read === read) this.#read = undefined; // the next one asks again at once
    });
    return read;
  }
}
