/**
 * The quiz's clock, on BullMQ: rounds close by delayed jobs, and each step of a study that follows another is a job,
 * so that it happens although a bot dies. Jobs say what to look at; what is to be done follows from what is stored.
 */
import { type Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { z } from "zod";
import { PREFIX, QUIZ } from "./names.ts";
import { openQueue } from "./open.ts";
import { unhurriedBackend } from "./unhurried.ts";

/** A step that fails, because Discord or the queue refuse for now, is tried for about a day. */
const ATTEMPTS = 1500;
const BACKOFF_CAP_MS = 60_000;

const jobSchema = z.discriminatedUnion("step", [
  /** The round may be due. */
  z.object({ step: z.literal("close"), roundId: z.string(), force: z.literal(true).optional() }),
  /** The study's next round, or its end. */
  z.object({ step: z.literal("next"), studyId: z.string(), number: z.number().int().positive() }),
  /** It is time for a server's daily round. */
  z.object({ step: z.literal("daily"), studyId: z.string() }),
]);
export type QuizJob = z.infer<typeof jobSchema>;

const schedulerOf = (guildId: string) => `daily-${guildId}`;

export class QuizJobs {
  readonly #queue: Queue;

  /** @param redis a connection that fails fast: what could not be added, the next sweep adds */
  constructor(redis: Redis) {
    this.#queue = openQueue(redis, QUIZ);
  }

  /** @param at when, in milliseconds; at once where it is absent or past */
  async close(roundId: string, at?: number): Promise<void> {
    // By its time: the one that finds the round to be open for longer adds the next, while it runs itself.
    await this.#add({ step: "close", roundId }, `close-${roundId}-${at ?? "now"}`, at);
  }

  /** Before its time. */
  async closeEarly(roundId: string): Promise<void> {
    await this.#add({ step: "close", roundId, force: true }, `close-${roundId}-early`);
  }

  async next(studyId: string, number: number): Promise<void> {
    await this.#add({ step: "next", studyId, number }, `next-${studyId}-${number}`);
  }

  /**
   * A job a day from now on, in the place of the one that was laid down before.
   * @param hour of the day, in UTC
   */
  async daily(guildId: string, studyId: string, hour: number): Promise<void> {
    const data = { step: "daily", studyId } satisfies QuizJob;
    const opts = {
      attempts: ATTEMPTS,
      backoff: { type: "capped" },
      removeOnComplete: true,
      removeOnFail: true,
    };
    await this.#queue.upsertJobScheduler(
      schedulerOf(guildId),
      { pattern: `0 ${hour} * * *`, tz: "UTC" },
      { name: data.step, data, opts },
    );
  }

  /** @returns false when there was none */
  async noDaily(guildId: string): Promise<boolean> {
    return this.#queue.removeJobScheduler(schedulerOf(guildId));
  }

  async stop(): Promise<void> {
    await this.#queue.close();
  }

  async #add(job: QuizJob, jobId: string, at = 0): Promise<void> {
    await this.#queue.add(job.step, job, {
      jobId,
      delay: Math.max(0, at - Date.now()),
      attempts: ATTEMPTS,
      backoff: { type: "capped" },
      removeOnComplete: true,
      removeOnFail: true,
    });
  }
}

/**
 * Starts doing the jobs, a few beside each other.
 * @param redis a patient connection of this worker's own
 * @param handle throws what is worth another try
 * @param onFailure of a step, which is tried again; onTrouble: the queue itself can't be worked on for the moment
 */
export function startQuizWorker(
  redis: Redis,
  handle: (job: QuizJob) => Promise<void>,
  { onFailure, onTrouble }: Record<"onFailure" | "onTrouble", (error: Error) => void>,
): Worker {
  const worker = new Worker(
    QUIZ,
    async (job) => handle(jobSchema.parse(job.data)),
    {
      connection: redis,
      prefix: PREFIX,
      concurrency: 4,
      // A step takes a second or two, and done twice is done once: a dead bot's is taken over soon.
      lockDuration: 5_000,
      stalledInterval: 2_000,
      maxStalledCount: 20,
      settings: { backoffStrategy: (attempt) => Math.min(1000 * 2 ** (attempt - 1), BACKOFF_CAP_MS) },
    },
    unhurriedBackend,
  );
  worker.on("error", onTrouble);
  worker.on("failed", (_job, error) => onFailure(error));
  return worker;
}
