/** What the bot calls out to workers: a submission wakes the idle ones, a cancellation stops a render. */
import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { type Logger, sparingly } from "../log.ts";
import { channels } from "../store/keys.ts";
import { staySubscribed } from "../store/subscribe.ts";

export class Calls {
  readonly #emitter = new EventEmitter();
  #submissions = 0;

  /** @param redis a patient connection of its own, since a subscribed one takes no other commands. */
  constructor(redis: Redis, logger: Logger) {
    this.#emitter.setMaxListeners(0);
    redis.on("message", (channel: string, payload: string) => {
      if (channel === channels.cancel) this.#emitter.emit(`cancel ${payload}`);
      else {
        this.#submissions += 1;
        this.#emitter.emit("submitted");
      }
    });
    const tell = sparingly((error) =>
      logger.error({ err: error }, "no calls of the bot are heard; trying on"),
    );
    staySubscribed(redis, [channels.submitted, channels.cancel], tell);
  }

  /** To be read before looking at the queues, so that a submission right after the look is not slept through. */
  get submissions(): number {
    return this.#submissions;
  }

  /** Until a submission beyond `seen`, the time, or the signal. */
  nextSubmission(seen: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#submissions > seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#emitter.off("submitted", done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#emitter.on("submitted", done);
      signal.addEventListener("abort", done);
    });
  }

  /** @returns stops listening */
  onCancel(requestId: string, cancel: () => void): () => void {
    const event = `cancel ${requestId}`;
    this.#emitter.on(event, cancel);
    return () => this.#emitter.off(event, cancel);
  }
}
