import { describe, expect, it } from "vitest";
import { type Frame, FrameError, FrameParser } from "../../../src/engine/frames.ts";

function frame(request: number, image: number, rgb: Buffer, magic = "QSPX"): Buffer {
  const header = Buffer.alloc(16);
  header.write(magic, "latin1");
  header.writeUInt32LE(request, 4);
  header.writeUInt32LE(image, 8);
  header.writeUInt32LE(rgb.length, 12);
  return Buffer.concat([header, rgb]);
}

function parse(chunks: Iterable<Buffer>): Frame[] {
  const frames: Frame[] = [];
  const parser = new FrameParser((whole) => frames.push(whole));
  for (const chunk of chunks) parser.push(chunk);
  return frames;
}

const first = Buffer.from("the first image's pixels");
const second = Buffer.from("more pixels");
const both = Buffer.concat([frame(7, 0, first), frame(4_294_967_295, 3, second)]);

describe("FrameParser", () => {
  it.each([1, 2, 15, 16, 17, 39, 40, 41, 1000])("finds the same frames in chunks of %i bytes", (size) => {
    const chunks = Array.from({ length: Math.ceil(both.length / size) }, (_, i) =>
      both.subarray(i * size, (i + 1) * size),
    );
    expect(parse(chunks)).toEqual([
      { request: 7, image: 0, rgb: first },
      { request: 4_294_967_295, image: 3, rgb: second },
    ]);
  });

  it("keeps half a frame back", () => {
    expect(parse([both.subarray(0, 30)])).toEqual([]);
  });

  it("hands out pixels that a later chunk in the same buffer can't change", () => {
    const chunk = frame(1, 0, Buffer.from("abc"));
    const [whole] = parse([chunk]);
    chunk.fill(0);
    expect(whole?.rgb.toString()).toBe("abc");
  });

  it("refuses what does not begin with the magic", () => {
    expect(() => parse([frame(1, 0, first, "QSPY")])).toThrow(FrameError);
  });

  it("refuses a length that no image has, before making room for it", () => {
    const header = frame(1, 0, Buffer.alloc(0));
    expect(() => parse([header])).toThrow(FrameError);
    header.writeUInt32LE(0xffffffff, 12);
    expect(() => parse([header])).toThrow(FrameError);
  });
});
