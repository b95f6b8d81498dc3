/** Tells a running render's progress, at most twice a second: the first word at once, the last one late at most. */
import type { Redis } from "ioredis";
import type { Progress } from "../generation/request.ts";
import type { Logger } from "../log.ts";
import { writeProgress } from "../store/progress.ts";

const EVERY_MS = 500;

export class ProgressWriter {
  readonly #redis: Redis;
  readonly #logger: Logger;
  #pending: Progress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing = false;

  constructor(redis: Redis, logger: Logger) {
    this.#redis = redis;
    this.#logger = logger;
  }

  tell(progress: Progress): void {
    this.#pending = progress;
    if (this.#timer) return;
    this.#write();
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #write(): void {
    // With Redis away one write waits for it; what was told meanwhile is outdated by the next.
    if (!this.#pending || this.#writing) return;
    const progress = this.#pending;
    this.#pending = undefined;
    this.#writing = true;
    writeProgress(this.#redis, progress)
      .catch((error: unknown) => this.#logger.warn({ err: error }, "progress could not be told"))
      .finally(() => {
        this.#writing = false;
      });
  }
}
