/** One job of a render queue, from the lock to its end. Whatever happens, it ends in exactly one way. */
import type { Job } from "bullmq";
import type { Redis } from "ioredis";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/errors.ts";
import type { Rendered, RenderedImage } from "../engine/rendering.ts";
import { type RenderJob, type RenderResult, renderJobSchema } from "../generation/request.ts";
import { encodePng } from "../images/png.ts";
import type { Logger } from "../log.ts";
import { recordDuration } from "../store/durations.ts";
import { putImage } from "../store/images.ts";
import { keys } from "../store/keys.ts";
import { cancelledBy } from "../store/requests.ts";
import type { Calls } from "./calls.ts";
import { JobLock } from "./lock.ts";
import { parseRenderJobId } from "./names.ts";
import { ProgressWriter } from "./progress.ts";
import type { RenderQueues } from "./renders.ts";

/** The bot tells members who cancelled; from a failed render it knows that by this word. */
const CANCELLED = "cancelled";
const UNREADABLE =
  "This request was queued by another version of quantspot and can't be read. Ask for it again.";

export interface RenderPorts {
  redis: Redis;
  queues: RenderQueues;
  calls: Calls;
  workerId: string;
  lockMs: number;
  imageBudgetBytes: number;
  logger: Logger;
}

type StoredImage = RenderResult["images"][number];
/** Why a render was stopped from outside. */
type StopReason = "cancelled" | "lock lost" | "shutdown";

export class RenderRun {
  readonly #ports: RenderPorts;
  readonly #job: Job;
  readonly #token: string;
  /** Which of its request's renders this is. */
  readonly #index: number;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #stored: Promise<StoredImage>[] = [];
  #stopReason: StopReason | undefined;

  constructor(ports: RenderPorts, job: Job, token: string) {
    this.#ports = ports;
    this.#job = job;
    this.#token = token;
    const { requestId, index } = parseRenderJobId(job.id ?? "");
    this.#index = index;
    this.#logger = ports.logger.child({ requestId, queue: job.queueName, render: index });
  }

  /**
   * @param loaded whether the engine holds the variant: what the member is told until the engine says more.
   * @param shutdown stops the render and hands the job back to the queue.
   */
  async run(engine: Engine, loaded: boolean, shutdown: AbortSignal): Promise<void> {
    const { queues, lockMs } = this.#ports;
    // Set by BullMQ on a job whose workers died over it too often.
    if (this.#job.deferredFailure) return this.#fail(this.#job.deferredFailure, false);
    const parsed = renderJobSchema.safeParse(this.#job.data);
    if (!parsed.success) return this.#fail(UNREADABLE, false);
    const render = parsed.data;

    const events = {
      onLost: () => this.#abort("lock lost"),
      // A call that was made while the connection was away was not heard.
      onRenewed: async () => {
        if (await cancelledBy(this.#ports.redis, render.requestId)) this.#abort("cancelled");
      },
    };
    const lock = new JobLock(this.#job, this.#token, lockMs, events, this.#logger);
    const onShutdown = () => this.#abort("shutdown");
    shutdown.addEventListener("abort", onShutdown);
    if (shutdown.aborted) onShutdown();
    const unlisten = this.#ports.calls.onCancel(render.requestId, () => this.#abort("cancelled"));
    try {
      // After listening, so that no cancellation falls in between.
      if (await cancelledBy(this.#ports.redis, render.requestId)) return await this.#fail(CANCELLED, false);
      const result = await this.#render(engine, render, loaded);
      // What is finished is delivered, even while the worker stops.
      if (this.#stopReason && this.#stopReason !== "shutdown")
        return await this.#endStopped(this.#stopReason);
      if (await queues.complete(this.#job, this.#token, result)) this.#noteDone(render, result);
    } catch (error) {
      if (this.#stopReason) return await this.#endStopped(this.#stopReason);
      await this.#endFailed(error);
    } finally {
      lock.release();
      unlisten();
      shutdown.removeEventListener("abort", onShutdown);
    }
  }

  async #render(engine: Engine, render: RenderJob, loaded: boolean): Promise<RenderResult> {
    const { requestId, ...request } = render;
    const { redis, workerId } = this.#ports;
    const images = render.noise.length;
    const progress = new ProgressWriter(redis, this.#logger);
    const standing = { requestId, recipe: render.recipe, image: 0, images, step: 0, steps: render.steps };
    progress.tell({ ...standing, phase: loaded ? "rendering" : "loading", at: Date.now() });
    let rendered: Rendered;
    try {
      rendered = await engine.generate(request, {
        signal: this.#stop.signal,
        onProgress: (now) => progress.tell({ ...standing, ...now, at: Date.now() }),
        onImage: (index, image) => this.#store(requestId, index, image),
      });
    } finally {
      progress.close();
    }
    return {
      recipe: render.recipe,
      images: await Promise.all(this.#stored),
      stats: rendered.stats,
      queueSeconds: Math.max(0, ((this.#job.processedOn ?? Date.now()) - this.#job.timestamp) / 1000),
      workerId,
    };
  }

  /** Encodes and stores an image while the engine draws the next. */
  #store(requestId: string, index: number, { width, height, rgb }: RenderedImage): void {
    const key = keys.image(requestId, this.#index, index);
    const storing = (async () => {
      const png = await encodePng(rgb, width, height);
      await putImage(this.#ports.redis, key, png, this.#ports.imageBudgetBytes);
      return { key, width, height, bytes: png.length };
    })();
    storing.catch(() => {}); // awaited once the engine is done, or of no interest when it fails first
    this.#stored[index] = storing;
  }

  #abort(reason: StopReason): void {
    this.#stopReason ??= reason;
    this.#stop.abort();
  }

  async #endStopped(reason: StopReason): Promise<void> {
    this.#logger.info({ reason }, "render stopped");
    if (reason === "cancelled") await this.#fail(CANCELLED, false);
    else if (reason === "shutdown") await this.#ports.queues.handBack(this.#job, this.#token);
    // A lost lock: the job is another worker's by now, and so is its end.
  }

  async #endFailed(error: unknown): Promise<void> {
    if (error instanceof EngineError) return this.#fail(error.message, error.retryable);
    this.#logger.error({ err: error }, "the images could not be stored");
    await this.#fail("The images were drawn but could not be stored.", true);
  }

  async #fail(reason: string, retryable: boolean): Promise<void> {
    this.#logger.warn({ reason, retryable }, "render failed");
    await this.#ports.queues.fail(this.#job, this.#token, reason, retryable);
  }

  #noteDone(render: RenderJob, { stats }: RenderResult): void {
    const { width, height, steps, noise } = render;
    const { weightsBytes, measure, peakBytes } = stats.memory;
    const seconds = stats.seconds.total;
    this.#logger.info({ seconds, memory: stats.memory }, "rendered");
    const { device } = stats;
    const job = { images: noise.length, steps, width, height };
    const took = { seconds, device, weightsBytes, measure, peakBytes, at: Date.now() };
    recordDuration(this.#ports.redis, render.recipe, { ...job, ...took }).catch((error: unknown) =>
      this.#logger.warn({ err: error }, "the duration could not be stored"),
    );
  }
}
