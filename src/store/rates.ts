/** Who has asked how often, and used how much: counters by rate-limiter-flexible, exact however many come at once. */
import type { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { keys } from "./keys.ts";

export const MINUTE = 60;
const DAY = 24 * 3600;
const MINUTELY = "requests";

/** A member of one server. */
export interface Whose {
  guildId: string;
  userId: string;
}

export interface Used {
  /** Requests, or seconds. */
  used: number;
  /** When the count begins anew, in milliseconds. */
  resetsAt: number;
}

export class Rates {
  readonly #redis: Redis;
  /** By the number of requests allowed: the counters are the same for all of them. */
  readonly #requests = new Map<number, RateLimiterRedis>();
  readonly #engine: RateLimiterRedis;

  constructor(redis: Redis) {
    this.#redis = redis;
    // Counted in milliseconds, since points are whole. What may be used is compared elsewhere: it differs by member.
    this.#engine = this.#limiter("engine", Number.MAX_SAFE_INTEGER, DAY);
  }

  /**
   * Counts one more request of this minute.
   * @returns when the minute ends, if its `most` requests had been made already
   */
  async request(whose: Whose, most: number): Promise<{ retryAt: number } | undefined> {
    try {
      await this.#minute(most).consume(keyOf(whose));
      return undefined;
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result;
      return { retryAt: Date.now() + result.msBeforeNext };
    }
  }

  /** Takes the count of a request back that was not taken in after all. */
  async unrequest(whose: Whose): Promise<void> {
    await this.#minute(1).reward(keyOf(whose));
  }

  async requestsNow(whose: Whose): Promise<Used | undefined> {
    return toUsed(await this.#minute(1).get(keyOf(whose)), 1);
  }

  /** Adds measured seconds of an engine to the member's 24 hours, which begin with the first ones. */
  async spendEngine(whose: Whose, seconds: number): Promise<void> {
    await this.#engine.penalty(keyOf(whose), Math.ceil(seconds * 1000));
  }

  async engineNow(whose: Whose): Promise<Used | undefined> {
    return toUsed(await this.#engine.get(keyOf(whose)), 1000);
  }

  #minute(most: number): RateLimiterRedis {
    const known = this.#requests.get(most) ?? this.#limiter(MINUTELY, most, MINUTE);
    this.#requests.set(most, known);
    return known;
  }

  #limiter(kind: string, points: number, duration: number): RateLimiterRedis {
    return new RateLimiterRedis({ storeClient: this.#redis, keyPrefix: keys.rate(kind), points, duration });
  }
}

const keyOf = ({ guildId, userId }: Whose) => `${guildId}:${userId}`;

/** The counter of a member's requests of this minute, as rate-limiter-flexible keeps it: for scripts that count beside. */
export const minuteKey = (whose: Whose) => `${keys.rate(MINUTELY)}:${keyOf(whose)}`;

const toUsed = (counted: RateLimiterRes | null, unit: number): Used | undefined =>
  counted ? { used: counted.consumedPoints / unit, resetsAt: Date.now() + counted.msBeforeNext } : undefined;
