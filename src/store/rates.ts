/** Who has asked how often, and used how much: counters by rate-limiter-flexible, exact however many come at once. */
import type { Redis } from "ioredis";
import { RateLimiterRedis, type RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { keys } from "./keys.ts";

const MINUTE = 60;
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

/** Lua: a member's requests of this minute, by `minuteKey`. Those that are refused are not counted. */
export const COUNT_REQUESTS = `
local function untilNext(key, most) -- milliseconds; nil as long as fewer have been made
  if tonumber(redis.call('GET', key) or 0) >= most then return redis.call('PTTL', key) end
end
local function countRequest(key)
  if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ${MINUTE}) end
end
local function uncountRequest(key)
  if tonumber(redis.call('GET', key) or 0) > 0 then redis.call('DECR', key) end
end
`;

/** KEYS: the member's count of this minute. ARGV: how many are allowed. */
const COUNT = `${COUNT_REQUESTS}
local left = untilNext(KEYS[1], tonumber(ARGV[1]))
if left then return left end
countRequest(KEYS[1])`;

const UNCOUNT = `${COUNT_REQUESTS}
uncountRequest(KEYS[1])`;

export class Rates {
  readonly #redis: Redis;
  /** To be read: the scripts count. */
  readonly #requests: RateLimiterRedis;
  readonly #engine: RateLimiterRedis;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#requests = this.#limiter(MINUTELY, 1, MINUTE);
    // Counted in milliseconds, since points are whole. What may be used is compared elsewhere: it differs by member.
    this.#engine = this.#limiter("engine", Number.MAX_SAFE_INTEGER, DAY);
  }

  /**
   * Counts one more request of this minute.
   * @returns when the minute ends, if its `most` requests had been made already
   */
  async request(whose: Whose, most: number): Promise<{ retryAt: number } | undefined> {
    const left = z
      .number()
      .nullable()
      .parse(await this.#redis.eval(COUNT, 1, minuteKey(whose), most));
    return left === null ? undefined : { retryAt: Date.now() + left };
  }

  /** Takes the count of a request back that was not taken in after all. */
  async unrequest(whose: Whose): Promise<void> {
    await this.#redis.eval(UNCOUNT, 1, minuteKey(whose));
  }

  async requestsNow(whose: Whose): Promise<Used | undefined> {
    return toUsed(await this.#requests.get(keyOf(whose)), 1);
  }

  /** Adds measured seconds of an engine to the member's 24 hours, which begin with the first ones. */
  async spendEngine(whose: Whose, seconds: number): Promise<void> {
    await this.#engine.penalty(keyOf(whose), Math.ceil(seconds * 1000));
  }

  async engineNow(whose: Whose): Promise<Used | undefined> {
    return toUsed(await this.#engine.get(keyOf(whose)), 1000);
  }

  #limiter(kind: string, points: number, duration: number): RateLimiterRedis {
    return new RateLimiterRedis({ storeClient: this.#redis, keyPrefix: keys.rate(kind), points, duration });
  }
}

const keyOf = ({ guildId, userId }: Whose) => `${guildId}:${userId}`;

/** The counter of a member's requests of this minute, as rate-limiter-flexible keeps it. */
export const minuteKey = (whose: Whose) => `${keys.rate(MINUTELY)}:${keyOf(whose)}`;

const toUsed = (counted: RateLimiterRes | null, unit: number): Used | undefined =>
  counted ? { used: counted.consumedPoints / unit, resetsAt: Date.now() + counted.msBeforeNext } : undefined;
