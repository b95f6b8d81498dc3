/** One job of a render queue, from the lock to its end. Whatever happens, it ends in exactly one way. */
import type { Job } from "bullmq";
import type { Redis } from "ioredis";
import { recordRender } from "../backends/figures.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/errors.ts";
import type { Notice } from "../engine/notices.ts";
import type { Rendered, RenderedImage } from "../engine/rendering.ts";
import { type RenderJob, type RenderResult, renderJobSchema } from "../generation/request.ts";
import { encodePng } from "../images/png.ts";
import type { Logger } from "../log.ts";
import { countEnded, measureRendered } from "../status/worker.ts";
import { cancelledBy } from "../store/cancellations.ts";
import { putImage } from "../store/images.ts";
import { keys } from "../store/keys.ts";
import type { Calls } from "./calls.ts";
import { JobLock } from "./lock.ts";
import { parseRenderJobId } from "./names.ts";
import { type PreviewPace, PreviewWriter } from "./previews.ts";
import { ProgressWriter } from "./progress.ts";
import { fromReason } from "./reasons.ts";
import type { RenderQueues } from "./renders.ts";

/** The bot tells members who cancelled. */
const CANCELLED: Notice = { message: "cancelled" };
const UNREADABLE: Notice = {
  code: "unreadable",
  message: "This request was queued by another version of quantspot and can't be read.",
};
const NOT_STORED: Notice = {
  code: "not_stored",
  message: "The images were drawn but could not be stored.",
};

export interface RenderPorts {
  redis: Redis;
  queues: RenderQueues;
  calls: Calls;
  workerId: string;
  lockMs: number;
  imageBudgetBytes: number;
  previews: PreviewPace;
  /** Resolves once Redis has the worker's presence as it is now. */
  announce: () => Promise<void>;
  logger: Logger;
}

type StoredImage = RenderResult["images"][number];
/** Why a render was stopped from outside. */
type StopReason = "cancelled" | "lock lost" | "shutdown";

/** Model and versions of what renders. */
export type Rendering = Pick<RenderResult, "model" | "revision" | "versions">;

/** What this engine can't load, another one may. Whether one that is online offers it. */
export type LeaveToOthers = (recipe: string, reason: Notice) => Promise<boolean>;

export class RenderRun {
  readonly #ports: RenderPorts;
  readonly #job: Job;
  readonly #token: string;
  /** What the engine says of itself, for the result. */
  readonly #engine: Rendering;
  readonly #leaveToOthers: LeaveToOthers;
  /** Which of its request's renders this is. */
  readonly #index: number;
  #logger: Logger;
  readonly #stop = new AbortController();
  readonly #stored: Promise<StoredImage>[] = [];
  /** What the metrics know it as. */
  #counted: Pick<RenderJob, "recipe" | "secret"> = { recipe: "unreadable" };
  #pngMs = 0;
  #stopReason: StopReason | undefined;

  constructor(ports: RenderPorts, job: Job, token: string, engine: Rendering, leaveToOthers: LeaveToOthers) {
    this.#ports = ports;
    this.#job = job;
    this.#token = token;
    this.#engine = engine;
    this.#leaveToOthers = leaveToOthers;
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
    const parsed = renderJobSchema.safeParse(this.#job.data);
    if (!parsed.success) return this.#fail(UNREADABLE, false);
    const render = parsed.data;
    this.#counted = render;
    if (render.secret) this.#logger = this.#ports.logger.child({ requestId: render.requestId });
    // Set by BullMQ on a job whose workers died over it too often.
    if (this.#job.deferredFailure) return this.#fail(fromReason(this.#job.deferredFailure), false);

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
      await this.#endFailed(error, render.recipe);
    } finally {
      lock.release();
      unlisten();
      shutdown.removeEventListener("abort", onShutdown);
    }
  }

  async #render(engine: Engine, render: RenderJob, loaded: boolean): Promise<RenderResult> {
    const { requestId, secret: _, preview: __, ...request } = render;
    const { redis, workerId, previews } = this.#ports;
    const previewEvery = previews.every(render);
    if (this.#job.attemptsStarted > 1) await redis.del(keys.preview(requestId)); // it is of an attempt that is over
    const preview = new PreviewWriter(redis, requestId, this.#logger);
    const images = render.noise.length;
    const progress = new ProgressWriter(redis, this.#logger);
    const standing = {
      requestId,
      render: this.#index,
      recipe: render.recipe,
      image: 0,
      images,
      step: 0,
      steps: render.steps,
    };
    progress.tell({ ...standing, phase: loaded ? "rendering" : "loading", at: Date.now() });
    let rendered: Rendered;
    try {
      rendered = await engine.generate(previewEvery === undefined ? request : { ...request, previewEvery }, {
        signal: this.#stop.signal,
        // The engine's lines may say what it loads, which nobody may connect with a secret render.
        ...(render.secret ? {} : { requestId }),
        onProgress: (now) => progress.tell({ ...standing, ...now, at: Date.now() }),
        onPreview: (_, picture) => preview.tell(picture),
        onImage: (index, image) => this.#store(requestId, index, image),
      });
    } finally {
      progress.close();
    }
    return {
      render: this.#index,
      recipe: render.recipe,
      images: await Promise.all(this.#stored),
      pngSeconds: this.#pngMs / 1000,
      stats: rendered.stats,
      queueSeconds: Math.max(0, ((this.#job.processedOn ?? Date.now()) - this.#job.timestamp) / 1000),
      ...this.#engine,
      workerId,
    };
  }

  /** Encodes and stores an image while the engine draws the next. */
  #store(requestId: string, index: number, { width, height, rgb }: RenderedImage): void {
    const key = keys.image(requestId, this.#index, index);
    const storing = (async () => {
      const started = performance.now();
      const png = await encodePng(rgb, width, height);
      this.#pngMs += performance.now() - started;
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
    else if (reason === "shutdown") {
      countEnded(this.#counted, "handed-back");
      await this.#ports.queues.handBack(this.#job, this.#token);
    } else countEnded(this.#counted, "lost"); // the job is another worker's by now, and so is its end
  }

  async #endFailed(error: unknown, recipe: string): Promise<void> {
    if (error instanceof EngineError) {
      const { code, notice, retryable } = error;
      // Files, disk, memory: a matter of this host's.
      const here = !retryable && (code === "load_failed" || code === "out_of_memory");
      return this.#fail(notice, retryable || (here && (await this.#leaveToOthers(recipe, notice))));
    }
    this.#logger.error({ err: error }, "the images could not be stored");
    await this.#fail(NOT_STORED, true);
  }

  async #fail(notice: Notice, retryable: boolean): Promise<void> {
    this.#logger.warn({ reason: notice.message, retryable }, "render failed");
    countEnded(this.#counted, notice === CANCELLED ? "cancelled" : "failed");
    await this.#ports.queues.fail(this.#job, this.#token, notice, retryable);
  }

  #noteDone(render: RenderJob, result: RenderResult): void {
    this.#ports.previews.note(render, result.stats.seconds.perStep);
    measureRendered(render, result);
    if (render.secret) {
      this.#logger.info("rendered");
      return;
    }
    const { queueSeconds, pngSeconds, stats } = result;
    const seconds = { waited: queueSeconds, ...stats.seconds, png: pngSeconds };
    this.#logger.info({ seconds, memory: stats.memory }, "rendered");
    recordRender(this.#ports.redis, render, result, Date.now()).catch((error: unknown) =>
      this.#logger.warn({ err: error }, "the render's figures could not be stored"),
    );
  }
}
