import type { Clock } from "../clock.ts";
import type { Limit } from "./route.ts";

const GLOBAL_LIMIT: Limit = { requests: 50, seconds: 1 };

export interface RateLimitState {
  limited: boolean;
  limit: number;
  remaining: number;
  resetAt: number;
  resetAfter: number;
}

/** Discord counts requests by bucket in windows that open with the first request. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #windows = new Map<string, { opened: number; used: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(key: string, limit: Limit): RateLimitState {
    const now = this.#clock.now();
    const length = limit.seconds * 1000;
    let window = this.#windows.get(key);
    if (!window || window.opened + length <= now) {
      window = { opened: now, used: 0 };
      this.#windows.set(key, window);
      this.#forgetOld(now);
    }
    const limited = window.used >= limit.requests;
    if (!limited) window.used += 1;
    const resetAt = window.opened + length;
    return {
      limited,
      limit: limit.requests,
      remaining: limit.requests - window.used,
      resetAt,
      resetAfter: (resetAt - now) / 1000,
    };
  }

  takeGlobal(): RateLimitState {
    return this.take("global", GLOBAL_LIMIT);
  }

  /** Interaction tokens are buckets of their own and never come back. */
  #forgetOld(now: number): void {
    if (this.#windows.size < 1000) return;
    for (const [key, window] of this.#windows) if (window.opened + 60_000 < now) this.#windows.delete(key);
  }
}
