/**
 * Live previews of a render. Each costs the engine a little, so they are asked for about every two seconds, as the last
 * job's time a step tells, and of no render that is over in a few.
 */
import type { Redis } from "ioredis";
import type { RenderedImage } from "../engine/rendering.ts";
import type { RenderJob } from "../generation/request.ts";
import { encodePreview } from "../images/preview.ts";
import type { Logger } from "../log.ts";
import { writePreview } from "../store/previews.ts";

const EVERY_SECONDS = 2;
/** A render that takes less is there before a preview would have been looked at. */
const WORTH_SECONDS = 5;
/** Previews of one image while nothing is known of the time that a step takes. */
const UNKNOWN = 6;

type Shape = Pick<RenderJob, "recipe" | "width" | "height">;
const shapeOf = ({ recipe, width, height }: Shape) => `${recipe} ${width}x${height}`;

export class PreviewPace {
  /** Seconds a step, by recipe and size. */
  readonly #perStep = new Map<string, number>();

  note(render: Shape, perStep: number): void {
    this.#perStep.set(shapeOf(render), perStep);
  }

  /** @returns every so many steps, or undefined for none */
  every(render: RenderJob): number | undefined {
    if (!render.preview || render.secret) return undefined;
    const perStep = this.#perStep.get(shapeOf(render));
    if (perStep === undefined) return Math.ceil(render.steps / UNKNOWN);
    const seconds = perStep * render.steps * render.noise.length;
    return seconds < WORTH_SECONDS ? undefined : Math.ceil(EVERY_SECONDS / perStep);
  }
}

/** One at a time: what comes while one is on its way is outdated by the next. */
export class PreviewWriter {
  readonly #redis: Redis;
  readonly #requestId: string;
  readonly #logger: Logger;
  #writing = false;

  constructor(redis: Redis, requestId: string, logger: Logger) {
    this.#redis = redis;
    this.#requestId = requestId;
    this.#logger = logger;
  }

  tell({ rgb, width, height }: RenderedImage): void {
    if (this.#writing) return;
    this.#writing = true;
    encodePreview(rgb, width, height)
      .then((webp) => writePreview(this.#redis, this.#requestId, webp))
      .catch((error: unknown) => this.#logger.warn({ err: error }, "a preview could not be told"))
      .finally(() => {
        this.#writing = false;
      });
  }
}
