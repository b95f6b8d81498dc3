/** Renews the lock of a job that was taken by hand: BullMQ renews only what its own loop took. */
import type { Job } from "bullmq";
import type { Logger } from "../log.ts";

export interface LockEvents {
  onRenewed: () => Promise<void>;
  /** Redis says that the lock is gone: the job is somebody else's by now. */
  onLost: () => void;
}

export class JobLock {
  readonly #timer: NodeJS.Timeout;
  #asking = false;

  constructor(job: Job, token: string, durationMs: number, events: LockEvents, logger: Logger) {
    this.#timer = setInterval(async () => {
      if (this.#asking) return; // Redis is away: the command waits for it, one is enough
      this.#asking = true;
      try {
        if ((await job.extendLock(token, durationMs)) === 0) {
          this.release();
          events.onLost();
        } else await events.onRenewed();
      } catch (error) {
        logger.warn({ err: error }, "the job's lock could not be renewed; trying again");
      } finally {
        this.#asking = false;
      }
    }, durationMs / 3);
  }

  /** Stops renewing; the lock itself goes with the job's end. */
  release(): void {
    clearInterval(this.#timer);
  }
}
