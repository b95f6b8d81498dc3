/** Discord's limits are limits of time; tests pass a clock that they can move instead of waiting. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that runs like the system's and can also jump ahead, running what fell due on the way. */
export class AdvanceableClock implements Clock {
  #ahead = 0;
  readonly #waiting = new Set<{ due: number; run: () => void; timer: NodeJS.Timeout }>();

  now(): number {
    return Date.now() + this.#ahead;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = {
      due: this.now() + ms,
      run: () => {
        clearTimeout(entry.timer);
        if (this.#waiting.delete(entry)) callback();
      },
      timer: setTimeout(() => entry.run(), ms).unref(),
    };
    this.#waiting.add(entry);
    return () => {
      clearTimeout(entry.timer);
      this.#waiting.delete(entry);
    };
  }

  advance(ms: number): void {
    this.#ahead += ms;
    const now = this.now();
    const due = [...this.#waiting].filter((entry) => entry.due <= now).sort((a, b) => a.due - b.due);
    for (const entry of due) entry.run();
  }
}
