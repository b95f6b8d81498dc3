/** The bot's side of the queues: submitting a request's flow, cancelling it. */
import { FlowProducer, type Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { RenderJob, Request } from "../generation/request.ts";
import { channels } from "../store/keys.ts";
import { traceSubmission } from "../tracing.ts";
import { DELIVERIES, renderJobId, renderQueue } from "./names.ts";
import { onFailingFast, openQueue } from "./open.ts";
import { MAX_PRIORITY } from "./virtualTime.ts";

/** Sends that Discord refuses for now are tried for about an hour before the request is given up. */
const DELIVERY_ATTEMPTS = 65;
/** A render is tried again after a fault of the engine; a fault of the request itself never is. */
const RENDER_ATTEMPTS = 3;
const KEEP_SECONDS = 24 * 3600;

export class RequestProducer {
  readonly #redis: Redis;
  readonly #flows: FlowProducer;
  readonly #queues = new Map<string, Queue>();

  /** @param redis a connection that fails fast: a person waits for the answer. */
  constructor(redis: Redis) {
    this.#redis = redis;
    this.#flows = new FlowProducer(onFailingFast(redis));
    this.#flows.on("error", () => {}); // each command reports its own failure to its caller
  }

  /**
   * Queues the request in one transaction: its renders, and the delivery that they release as the last one ends.
   * The ids come from the request's, so that submitting twice makes one request. Its renders take one place after
   * another, as if each had been asked for alone: a newcomer waits for one of them, not for all.
   */
  async submit(request: Request, priority: number): Promise<void> {
    await traceSubmission(DELIVERIES, request.id, async (traced) => {
      const adding = this.#flows.add({
        name: request.kind,
        queueName: DELIVERIES,
        data: request,
        opts: {
          jobId: request.id,
          attempts: DELIVERY_ATTEMPTS,
          backoff: { type: "capped" },
          removeOnComplete: { age: KEEP_SECONDS, count: 1000 },
          removeOnFail: { age: 7 * KEEP_SECONDS },
          ...traced,
        },
        children: request.renders.map((render, index) => ({
          name: request.kind,
          queueName: renderQueue(render.recipe),
          data: { requestId: request.id, ...render } satisfies RenderJob,
          opts: {
            jobId: renderJobId(request.id, index),
            priority: Math.min(priority + index, MAX_PRIORITY),
            attempts: RENDER_ATTEMPTS,
            removeOnComplete: { age: KEEP_SECONDS, count: 1000 },
            removeOnFail: { age: KEEP_SECONDS, count: 1000 },
            ignoreDependencyOnFailure: true,
            // A trace names the recipe, which nobody may know of an open quiz.
            ...(render.secret ? {} : traced),
          },
        })),
      });
      await adding.catch((error: Error) => {
        // In a transaction ioredis does not see that Redis has lost its scripts. Over a new connection it sends them whole.
        if (error.message.startsWith("NOSCRIPT")) this.#redis.disconnect(true);
        throw error;
      });
    });
    // It is queued; an idle worker that does not hear of it looks by itself within a second.
    await this.#redis.publish(channels.submitted, request.id).catch(() => {});
  }

  /** Whether the request's flow is in the queue: an admission without one was never completed. */
  async isQueued(requestId: string): Promise<boolean> {
    return (await this.#queue(DELIVERIES).getJob(requestId)) !== undefined;
  }

  /** What the deliveries that failed for good were to deliver, of the last week: whatever was stored. */
  async failedDeliveries(): Promise<unknown[]> {
    return (await this.#queue(DELIVERIES).getFailed()).map(({ data }) => data as unknown);
  }

  /**
   * Stops a request whose cancellation is stored: renders that nobody holds are removed, which releases the delivery;
   * one that runs is told to its worker, and the delivery follows when it has stopped.
   */
  async stop(request: Request): Promise<void> {
    for (const [index, render] of request.renders.entries()) {
      const queue = this.#queue(renderQueue(render.recipe));
      const jobId = renderJobId(request.id, index);
      // Asked before the state: one that is active then and had no lock was left by its worker.
      if ((await this.#redis.exists(queue.toKey(`${jobId}:lock`))) === 1) continue;
      const job = await queue.getJob(jobId);
      const state = await job?.getState();
      // Removal fails when a worker took the job in between; then the worker is told, below.
      if (state === "prioritized" || state === "waiting" || state === "active")
        await job?.remove().catch(() => {});
    }
    await this.#redis.publish(channels.cancel, request.id);
  }

  /** Takes the jobs of a request that has ended out of the queues, where they would stay for a day. */
  async forget(request: Request): Promise<void> {
    const renders = request.renders.map(async ({ recipe }, index) =>
      (await this.#queue(renderQueue(recipe)).getJob(renderJobId(request.id, index)))?.remove(),
    );
    await Promise.all(renders);
    await (await this.#queue(DELIVERIES).getJob(request.id))?.remove();
  }

  async close(): Promise<void> {
    await Promise.all([this.#flows.close(), ...[...this.#queues.values()].map((queue) => queue.close())]);
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name);
    if (known) return known;
    const queue = openQueue(this.#redis, name);
    this.#queues.set(name, queue);
    return queue;
  }
}
