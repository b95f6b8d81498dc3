import { describe, expect, it } from "vitest";
import { amplified, difference, GAIN } from "../../../src/images/difference.ts";
import { flicker, labelled } from "../../../src/images/labelled.ts";

/** The reference values below were made of the same pictures, by the same formula in NumPy. */
function picture(width: number, height: number, texture: number): Buffer {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        const base = 128 + 90 * Math.sin(x / (9 + c)) * Math.cos(y / 13);
        const value = Math.floor(base + texture * 30 * Math.sin((x * 7 + y * 5 + c) / 3));
        rgb[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, value));
      }
  return rgb;
}

describe("how far pictures are apart", () => {
  // SciPy 1.17.1: ndimage.convolve with the 11 x 11 Gaussian window, valid part, mean of Wang et al.'s formula.
  it.each([
    [64, 48, 0.2996369860935104, 21.597773784989883],
    [256, 256, 0.22558222669135194, 21.597148389656546],
  ])("is what SciPy makes of it (%i x %i)", async (width, height, ssim, psnr) => {
    const found = await difference(picture(width, height, 0), picture(width, height, 1), { width, height });
    expect(found.dssim).toBeCloseTo((1 - ssim) / 2, 5);
    expect(found.psnr).toBeCloseTo(psnr, 9);
  });

  it("is nothing for identical pictures", async () => {
    const same = picture(64, 64, 1);
    const size = { width: 64, height: 64 };
    expect(await difference(same, Buffer.from(same), size)).toEqual({ psnr: Infinity, dssim: 0 });
  });

  it("grows with what is changed, at sizes beyond the one that SSIM is taken at", async () => {
    const size = { width: 512, height: 768 };
    const original = picture(512, 768, 0);
    const near = await difference(original, picture(512, 768, 0.1), size);
    const far = await difference(original, picture(512, 768, 1), size);
    expect(far.dssim).toBeGreaterThan(near.dssim);
    expect(far.psnr).toBeLessThan(near.psnr);
  });

  it("is seen: black where both are the same, amplified elsewhere", () => {
    expect([...amplified(Buffer.from([10, 10, 0]), Buffer.from([10, 13, 255]))]).toEqual([0, 3 * GAIN, 255]);
  });
});

describe("pictures with names", () => {
  const size = { width: 64, height: 64 };
  const tile = (label: string) => ({ rgb: Buffer.alloc(64 * 64 * 3, 200), label });

  it("keep every pixel of theirs, and have letters above them", async () => {
    const { raw, width, height } = await labelled([tile("1 · <b>&"), tile("2"), tile("3")], size);
    expect(width).toBe(64 * 3 + 8);
    const row = (y: number) => raw.subarray(y * width * 3, (y + 1) * width * 3);
    expect([...row(height - 1).subarray(0, 64 * 3)]).toEqual(Array(64 * 3).fill(200));
    const strip = raw.subarray(0, (height - 64) * width * 3);
    expect(Math.max(...strip)).toBeGreaterThan(0xd0);
  });

  it("alternate for ever in an animation that fits", async () => {
    const frames = [await labelled([tile("a")], size), await labelled([tile("b")], size)];
    const data = await flicker(frames, 700, 20_000);
    const { default: sharp } = await import("sharp");
    const { format, pages, loop, delay } = await sharp(data).metadata();
    expect({ format, pages, loop, delay }).toEqual({ format: "webp", pages: 2, loop: 0, delay: [700, 700] });
    expect(data.length).toBeLessThanOrEqual(20_000);
  });
});
