/** For autocomplete, which has no time to wait: what Redis says at once, else what it said last. */
import { setTimeout as delay } from "node:timers/promises";

/** Autocomplete is to answer within 100 ms in all. */
const PATIENCE_MS = 50;
/** Servers that are remembered, the ones that asked last. */
const REMEMBERED = 1000;

/** What `read` brings if that is soon, else what is known already. @throws what `read` does, where nothing is known */
export function soonOr<T>(read: Promise<T>, known: T | undefined): Promise<T> {
  if (known === undefined) return read;
  return Promise.race([read.catch(() => known), delay(PATIENCE_MS, known, { ref: false })]);
}

export class Recent<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #last = new Map<string, T>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  /** @throws when Redis is away and was never read */
  async get(key: string): Promise<T> {
    const read = this.#read(key).then((value) => this.#remember(key, value));
    return soonOr(read, this.#last.get(key));
  }

  #remember(key: string, value: T): T {
    this.#last.delete(key); // the newest stands last
    this.#last.set(key, value);
    const [oldest] = this.#last.keys();
    if (this.#last.size > REMEMBERED && oldest !== undefined) this.#last.delete(oldest);
    return value;
  }
}
