/**
 * The engine's second pipe (fd 3): pixels, each image as one frame. A frame is a 16-byte header (magic `QSPX`,
 * then request number, image index and byte length as little-endian u32), then that many bytes of raw RGB.
 */
const MAGIC = Buffer.from("QSPX", "latin1");
const HEADER_BYTES = 16;
/** The largest image that a request may ask for, 4096 x 4096: a longer frame is garbage, not an image. */
const MAX_FRAME_BYTES = 4096 * 4096 * 3;

export interface Frame {
  request: number;
  image: number;
  rgb: Buffer;
}

/** Bytes that are no frame. There is no way back into step: the engine has to be restarted. */
export class FrameError extends Error {
  override name = "FrameError";
}

/** Takes the pipe's chunks as they come and hands out each frame as its last byte arrives. */
export class FrameParser {
  readonly #onFrame: (frame: Frame) => void;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  #frame: Frame | undefined;
  #filled = 0;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws FrameError when the bytes are no frame. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (!this.#frame) {
        const taken = chunk.copy(this.#header, this.#headerFilled, at);
        at += taken;
        this.#headerFilled += taken;
        if (this.#headerFilled < HEADER_BYTES) return;
        this.#frame = parseHeader(this.#header);
      }
      const taken = chunk.copy(this.#frame.rgb, this.#filled, at);
      at += taken;
      this.#filled += taken;
      if (this.#filled < this.#frame.rgb.length) return;
      const whole = this.#frame;
      this.#frame = undefined;
      this.#headerFilled = 0;
      this.#filled = 0;
      this.#onFrame(whole);
    }
  }
}

function parseHeader(header: Buffer): Frame {
  if (!header.subarray(0, MAGIC.length).equals(MAGIC))
    throw new FrameError("the pixel pipe does not hold frames");
  const length = header.readUInt32LE(12);
  if (length === 0 || length > MAX_FRAME_BYTES)
    throw new FrameError(`a frame of ${length} bytes is no image`);
  return { request: header.readUInt32LE(4), image: header.readUInt32LE(8), rgb: Buffer.alloc(length) };
}
