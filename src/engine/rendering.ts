/**
 * One request as the engine works on it. An image is whole when both its line (stdout) and its pixels (fd 3) are
 * here; the engine writes the pixels first, but two pipes may be read in either order.
 */
import { EngineError } from "./errors.ts";
import type { Frame } from "./frames.ts";
import type { EngineMessageOf, JobStats, Noise } from "./protocol.ts";

export interface GenerateRequest {
  recipe: string;
  prompt: string;
  width: number;
  height: number;
  steps: number;
  guidance: number;
  /** One entry an image. */
  noise: Noise[];
  /** Ask for a latent preview every so many steps. */
  previewEvery?: number;
  execution?: "alternate" | undefined;
}

export interface RenderedImage {
  width: number;
  height: number;
  rgb: Buffer;
}

export type RenderProgress =
  | { phase: "loading"; from: "disk" | "parked" }
  | { phase: "rendering"; image: number; step: number; steps: number };

export interface RenderHooks {
  /** What the engine's own log lines are marked with meanwhile. Absent for what the log must not connect. */
  requestId?: string;
  /** Cancels at the engine's next step. */
  signal: AbortSignal;
  onProgress?: (progress: RenderProgress) => void;
  onPreview?: (image: number, preview: RenderedImage) => void;
  /** Each image as soon as it is whole, while the engine goes on with the next. */
  onImage?: (index: number, image: RenderedImage) => void;
}

export interface Rendered {
  images: RenderedImage[];
  stats: JobStats;
}

export class Rendering {
  readonly number: number;
  readonly requestId: string | undefined;
  readonly result: Promise<Rendered>;
  readonly #request: GenerateRequest;
  readonly #hooks: RenderHooks;
  readonly #resolve: (rendered: Rendered) => void;
  readonly #reject: (error: Error) => void;
  readonly #announced = new Set<number>();
  readonly #pixels = new Map<number, Buffer>();
  readonly #images = new Map<number, RenderedImage>();
  #stats: JobStats | undefined;
  #frameTimer: NodeJS.Timeout | undefined;

  constructor(number: number, request: GenerateRequest, hooks: RenderHooks) {
    this.number = number;
    this.requestId = hooks.requestId;
    this.#request = request;
    this.#hooks = hooks;
    const { promise, resolve, reject } = withResolvers<Rendered>();
    this.result = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** @throws EngineError `garbled` for an image that was not asked for. */
  onImageLine(message: EngineMessageOf<"image">): void {
    const { width, height } = this.#request;
    this.#checkIndex(message.image, this.#announced.has(message.image));
    if (message.width !== width || message.height !== height)
      throw garbled(
        `sent ${message.width} x ${message.height} pixels where ${width} x ${height} were asked for`,
      );
    this.#announced.add(message.image);
    this.#pair(message.image);
  }

  /** @throws EngineError `garbled` for pixels that were not asked for. */
  onFrame(frame: Frame): void {
    const expected = this.#request.width * this.#request.height * 3;
    this.#checkIndex(frame.image, this.#pixels.has(frame.image) || this.#images.has(frame.image));
    if (frame.rgb.length !== expected)
      throw garbled(`sent ${frame.rgb.length} bytes of pixels where ${expected} were expected`);
    this.#pixels.set(frame.image, frame.rgb);
    this.#pair(frame.image);
  }

  onProgress(progress: RenderProgress): void {
    this.#hooks.onProgress?.(progress);
  }

  onPreview(message: EngineMessageOf<"preview">): void {
    const { image, width, height } = message;
    this.#hooks.onPreview?.(image, { width, height, rgb: Buffer.from(message.rgb, "base64") });
  }

  /**
   * @param pixelsMs how long announced pixels may still be on their way; `onLatePixels` is called after it.
   * @throws EngineError `garbled` when images are missing.
   */
  onDone(stats: JobStats, pixelsMs: number, onLatePixels: (error: EngineError) => void): void {
    const asked = this.#request.noise.length;
    if (this.#announced.size < asked)
      throw garbled(`said it was done after ${this.#announced.size} of ${asked} images`);
    this.#stats = stats;
    this.#frameTimer = setTimeout(
      () => onLatePixels(garbled(`sent ${this.#images.size} of ${asked} images whole`)),
      pixelsMs,
    );
    this.#finishIfWhole();
  }

  fail(error: EngineError): void {
    clearTimeout(this.#frameTimer);
    this.#reject(error);
  }

  #checkIndex(index: number, known: boolean): void {
    const asked = this.#request.noise.length;
    if (index >= asked || known) throw garbled(`sent image ${index} of ${asked}${known ? " twice" : ""}`);
  }

  #pair(index: number): void {
    const rgb = this.#pixels.get(index);
    if (!rgb || !this.#announced.has(index)) return;
    const image = { width: this.#request.width, height: this.#request.height, rgb };
    this.#pixels.delete(index);
    this.#images.set(index, image);
    this.#hooks.onImage?.(index, image);
    this.#finishIfWhole();
  }

  #finishIfWhole(): void {
    if (!this.#stats || this.#images.size < this.#request.noise.length) return;
    clearTimeout(this.#frameTimer);
    const images = [...this.#images].sort(([a], [b]) => a - b).map(([, image]) => image);
    this.#resolve({ images, stats: this.#stats });
  }
}

function garbled(what: string): EngineError {
  return new EngineError("garbled", what, true);
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
