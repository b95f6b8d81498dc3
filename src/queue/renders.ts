/**
 * The worker's side of the render queues: taking a job by hand and ending it. BullMQ's own loop is not used, since
 * it would block on one queue, and one engine serves the queues of all its recipes.
 */
import { setTimeout as delay } from "node:timers/promises";
import { createRedisBackend, type Job, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Notice } from "../engine/notices.ts";
import type { RenderResult } from "../generation/request.ts";
import { type Logger, sparingly } from "../log.ts";
import { channels } from "../store/keys.ts";
import { PREFIX, parseRenderJobId, renderQueue } from "./names.ts";
import { toReason } from "./reasons.ts";
import { advance } from "./virtualTime.ts";

export interface QueueTimings {
  /** A worker that died is noticed when its lock has run out and the next check has seen it: the two together. */
  lockMs: number;
  stalledMs: number;
  /** How often an idle worker looks without having been called. */
  idleMs: number;
  /** How long a head may be passed over for a loaded variant. */
  warmBoundMs: number;
}

export const QUEUE_TIMINGS: QueueTimings = {
  lockMs: 15_000,
  stalledMs: 5_000,
  idleMs: 1_000,
  warmBoundMs: 30_000,
};

/** Workers that may die over one job, or be cut off from Redis for longer than its lock lasts, before it is given up. */
const MAX_STALLED = 3;
const RETRY_MS = 500;

/**
 * BullMQ's codes for: no such job, no lock, not active, another's lock. Whichever it is, the job is not ours any
 * more; after a broken connection it may also mean that the first try had arrived.
 */
const lostSchema = z.object({ code: z.union([z.literal(-1), z.literal(-2), z.literal(-3), z.literal(-6)]) });

export class RenderQueues {
  readonly #redis: Redis;
  readonly #workerId: string;
  readonly #timings: QueueTimings;
  readonly #logger: Logger;
  readonly #workers = new Map<string, Worker>();

  /** @param redis a patient connection of BullMQ's own */
  constructor(redis: Redis, workerId: string, timings: QueueTimings, logger: Logger) {
    this.#redis = redis;
    this.#workerId = workerId;
    this.#timings = timings;
    this.#logger = logger;
  }

  /** Watches a recipe's queue for jobs of workers that died, from now on. */
  async watch(recipe: string): Promise<void> {
    if (this.#workers.has(recipe)) return;
    const worker = new Worker(
      renderQueue(recipe),
      undefined,
      {
        connection: this.#redis,
        prefix: PREFIX,
        name: this.#workerId,
        autorun: false,
        lockDuration: this.#timings.lockMs,
        stalledInterval: this.#timings.stalledMs,
        maxStalledCount: MAX_STALLED,
      },
      // Without the connection for blocking calls, of which this loop makes none: it would be one a recipe.
      (name, options) => createRedisBackend(name, options),
    );
    worker.on("error", (error) => this.#logger.debug({ err: error, recipe }, "queue error"));
    worker.on("stalled", (id) =>
      this.#logger.warn(
        { requestId: parseRenderJobId(id).requestId },
        "its worker went away: the job is queued again",
      ),
    );
    this.#workers.set(recipe, worker);
    await worker.startStalledCheckTimer();
  }

  /** The next job of a recipe that is watched, locked with the token; undefined when another worker was faster. */
  async take(recipe: string, token: string): Promise<Job | undefined> {
    const job = await this.#workers.get(recipe)?.getNextJob(token, { block: false });
    if (job?.id !== undefined)
      await advance(this.#redis, recipe, job.id).catch((error: unknown) =>
        // Redis is full, say: the next one advances it, and this one is taken already.
        this.#logger.warn({ err: error }, "the order's clock could not be advanced"),
      );
    return job;
  }

  /** @returns false when the job was not ours any more. */
  async complete(job: Job, token: string, result: RenderResult): Promise<boolean> {
    return this.#settle(job, () => job.moveToCompleted(result, token, false));
  }

  /** Fails the job; a retryable failure puts it back until its attempts are used up. */
  async fail(job: Job, token: string, notice: Notice, retryable: boolean): Promise<boolean> {
    const reason = toReason(notice);
    const error = retryable ? new Error(reason) : new UnrecoverableError(reason);
    const settled = await this.#settle(job, () => job.moveToFailed(error, token, false));
    if (retryable) await this.#ring(job);
    return settled;
  }

  /** Puts the job back at the head of its priority, as if it had never been taken. */
  async handBack(job: Job, token: string): Promise<boolean> {
    const settled = await this.#settle(job, () => job.moveToWait(token));
    await this.#ring(job);
    return settled;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.close(true)));
  }

  /** Idle workers look at once. */
  async #ring(job: Job): Promise<void> {
    await this.#redis.publish(channels.submitted, job.id ?? "");
  }

  /**
   * Tries until Redis has taken it or says that the job is not ours: a finished render is minutes of work, and
   * Redis may be full or starting. With Redis away the command itself waits for it.
   */
  async #settle(job: Job, move: () => Promise<unknown>): Promise<boolean> {
    const tell = sparingly((error) =>
      this.#logger.warn(
        { requestId: parseRenderJobId(job.id ?? "").requestId, err: error },
        "the job's end could not be stored; trying again",
      ),
    );
    for (;;) {
      try {
        await move();
        return true;
      } catch (error) {
        if (lostSchema.safeParse(error).success) {
          this.#logger.warn(
            { requestId: parseRenderJobId(job.id ?? "").requestId, err: error },
            "the job is not this worker's any more",
          );
          return false;
        }
        if (this.#redis.status === "end") return false; // the worker has stopped: the next stalled check sees to it
        tell(error);
        await delay(RETRY_MS);
      }
    }
  }
}
