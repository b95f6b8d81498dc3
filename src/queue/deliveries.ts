/** The bot's consumer: each request whose renders have ended is handed to `deliver`, again until it succeeds. */
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Notice } from "../engine/notices.ts";
import { type RenderResult, type Request, renderResultSchema, requestSchema } from "../generation/request.ts";
import { traceJob } from "../tracing.ts";
import { DELIVERIES, PREFIX, renderJobId, renderQueue } from "./names.ts";
import { fromReason } from "./reasons.ts";
import { unhurriedBackend } from "./unhurried.ts";

/** How one render of a request ended. `removed`: it was taken out of the queue while it waited. */
export type RenderOutcome =
  | { ended: "rendered"; result: RenderResult }
  | { ended: "failed"; reason: Notice }
  | { ended: "removed" };

export interface Consumer {
  /** Throws what is worth another try. */
  deliver(request: Request, outcomes: RenderOutcome[]): Promise<void>;
  /** The last try has failed, with this: what can be saved is saved, and nobody waits any longer. */
  giveUp(request: Request, outcomes: RenderOutcome[], cause: unknown): Promise<void>;
  /** A delivery failed, and is tried again. */
  onFailure(error: Error, requestId: string | undefined): void;
  /** The queue itself can't be worked on for the moment. */
  onTrouble(error: Error): void;
}

/** Grids are composed beside each other, but not so many that an acknowledgement waits for a processor. */
const CONCURRENCY = 4;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_CAP_MS = 60_000;

/**
 * Starts delivering. The delivery's lock is renewed by BullMQ while `deliver` runs; a bot that dies leaves it to
 * the next one after `lockDuration`.
 * @param redis a patient connection of this worker's own
 */
export function startDeliveries(redis: Redis, { deliver, giveUp, onFailure, onTrouble }: Consumer): Worker {
  const worker = new Worker(
    DELIVERIES,
    (job) =>
      traceJob(job, async () => {
        const request = requestSchema.parse(job.data);
        const outcomes = await endingsOf(job, request);
        if (job.attemptsMade + 1 < (job.opts.attempts ?? 1)) await deliver(request, outcomes);
        else await deliver(request, outcomes).catch((cause) => giveUp(request, outcomes, cause));
      }),
    {
      connection: redis,
      prefix: PREFIX,
      concurrency: CONCURRENCY,
      lockDuration: 15_000,
      stalledInterval: 5_000,
      maxStalledCount: 20, // a bot that dies again and again must not lose a request
      settings: {
        backoffStrategy: (attempt) => Math.min(BACKOFF_FIRST_MS * 2 ** (attempt - 1), BACKOFF_CAP_MS),
      },
    },
    unhurriedBackend,
  );
  worker.on("error", onTrouble);
  worker.on("failed", (job, error) => onFailure(error, job?.id));
  return worker;
}

async function endingsOf(job: Job, request: Request): Promise<RenderOutcome[]> {
  const [values, failures] = await Promise.all([job.getChildrenValues(), job.getIgnoredChildrenFailures()]);
  return request.renders.map((render, index) => {
    const key = `${PREFIX}:${renderQueue(render.recipe)}:${renderJobId(request.id, index)}`;
    const value: unknown = values[key];
    if (value !== undefined) return { ended: "rendered", result: renderResultSchema.parse(value) };
    const reason = failures[key];
    return reason === undefined ? { ended: "removed" } : { ended: "failed", reason: fromReason(reason) };
  });
}
