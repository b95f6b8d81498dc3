import { createCipheriv } from "node:crypto";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { composeGrid } from "../../../src/images/grid.ts";

const MIB = 1024 ** 2;
const COLOURS = ["#ff0000", "#00ff00", "#0000ff", "#ffffff"];

async function tile(index: number, size = { width: 64, height: 48 }): Promise<Buffer> {
  const background = COLOURS[index] ?? "#000000";
  return sharp({ create: { ...size, channels: 3, background } })
    .png()
    .toBuffer();
}

async function noise(width: number): Promise<Buffer> {
  const zeros = Buffer.alloc(width * width * 3);
  const raw = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(zeros);
  return sharp(raw, { raw: { width, height: width, channels: 3 } })
    .png()
    .toBuffer();
}

async function pixel(image: Buffer, left: number, top: number): Promise<number[]> {
  return [...(await sharp(image).extract({ left, top, width: 1, height: 1 }).removeAlpha().raw().toBuffer())];
}

describe("grid of images", () => {
  it.each([
    [1, 64, 48],
    [2, 128, 48],
    [3, 128, 96],
    [4, 128, 96],
  ])("of %i is %i x %i pixels", async (count, width, height) => {
    const tiles = await Promise.all(Array.from({ length: count }, (_, index) => tile(index)));
    const grid = await composeGrid(tiles, 10 * MIB);
    expect(grid).toMatchObject({ width, height, lossless: true });
    expect(await sharp(grid.data).metadata()).toMatchObject({ width, height, format: "png" });
  });

  it("keeps the order: left to right, then down, every pixel as it was", async () => {
    const grid = await composeGrid(await Promise.all([0, 1, 2, 3].map((index) => tile(index))), 10 * MIB);
    expect(await pixel(grid.data, 10, 10)).toEqual([255, 0, 0]);
    expect(await pixel(grid.data, 100, 10)).toEqual([0, 255, 0]);
    expect(await pixel(grid.data, 10, 80)).toEqual([0, 0, 255]);
    expect(await pixel(grid.data, 127, 95)).toEqual([255, 255, 255]);
  });

  it("becomes a WebP preview, marked as one, when lossless does not fit", async () => {
    const tiles = await Promise.all([noise(256), noise(256), noise(256), noise(256)]);
    const grid = await composeGrid(tiles, 600_000);
    expect(grid).toMatchObject({ lossless: false, fileName: "preview.webp" });
    expect(grid.data.length).toBeLessThanOrEqual(600_000);
    expect((await sharp(grid.data).metadata()).format).toBe("webp");
  });

  it("gets smaller rather than break the limit or its quality", async () => {
    const grid = await composeGrid([await noise(512)], 40_000);
    expect(grid.data.length).toBeLessThanOrEqual(40_000);
    expect(grid.width).toBeLessThan(512);
  });
});
