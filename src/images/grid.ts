/** Images composed into what fits one Discord attachment. */
import sharp from "sharp";
import { PNG } from "./png.ts";

export interface ComposedImage {
  data: Buffer;
  fileName: string;
  /** False: a WebP preview, because the lossless grid would not fit. */
  lossless: boolean;
  width: number;
  height: number;
}

/** Steps down in quality, the best first, that keep a preview honest. */
const PREVIEW_QUALITIES = [95, 92] as const;
/** A grid's PNG is about as large as its tiles' together; this share of the limit leaves room for the rest. */
const LOSSLESS_SHARE = 0.95;
/** Bytes of one RGB pixel. */
export const RGB = 3;

/**
 * One image: itself. Two: side by side. Three and four: two by two. All tiles have the same size.
 * @param pngs the images in order, 1 to 4
 * @param limitBytes the largest attachment that Discord takes here
 */
export async function composeGrid(pngs: readonly Buffer[], limitBytes: number): Promise<ComposedImage> {
  const [first] = pngs;
  if (!first) throw new Error("A grid needs at least one image.");
  const lossless = mayFit(pngs, limitBytes);
  const { width, height } = await sharp(first).metadata();
  if (pngs.length === 1 && lossless) return { data: first, fileName: "image.png", lossless, width, height };
  const tiles = await Promise.all(pngs.map(decode));

  const columns = Math.min(pngs.length, 2);
  const grid = { width: columns * width, height: Math.ceil(pngs.length / columns) * height };
  return encodeWithin(limitBytes, join(tiles, columns, width * RGB, height), grid, lossless);
}

/** Whether a lossless picture made of these is worth a try. */
export const mayFit = (pngs: readonly Buffer[], limitBytes: number): boolean =>
  pngs.reduce((sum, png) => sum + png.length, 0) <= limitBytes * LOSSLESS_SHARE;

/**
 * A picture as one attachment: lossless where it fits, else as a preview.
 * @param raw RGB rows
 * @param tryLossless false where that would be in vain
 */
export async function encodeWithin(
  limitBytes: number,
  raw: Buffer,
  size: { width: number; height: number },
  tryLossless = true,
): Promise<ComposedImage> {
  const picture = () => sharp(raw, { raw: { ...size, channels: RGB } });
  if (tryLossless) {
    const data = await picture().png(PNG).toBuffer();
    if (data.length <= limitBytes) return { data, fileName: "grid.png", lossless: true, ...size };
  }
  for (const quality of PREVIEW_QUALITIES) {
    const data = await picture().webp({ quality, effort: 0 }).toBuffer();
    if (data.length <= limitBytes) return { data, fileName: "preview.webp", lossless: false, ...size };
  }
  return shrink(raw, size, limitBytes);
}

/** Noise beyond any real picture: half the size until it fits, at the lowest honest quality. */
async function shrink(
  raw: Buffer,
  grid: { width: number; height: number },
  limitBytes: number,
): Promise<ComposedImage> {
  for (let width = Math.floor(grid.width / 2); width >= 64; width = Math.floor(width / 2)) {
    const { data, info } = await sharp(raw, { raw: { ...grid, channels: RGB } })
      .resize({ width })
      .webp({ quality: 92, effort: 1 })
      .toBuffer({ resolveWithObject: true });
    if (data.length <= limitBytes)
      return { data, fileName: "preview.webp", lossless: false, width: info.width, height: info.height };
  }
  throw new Error(`No preview fits into ${limitBytes} bytes.`);
}

/** RGB rows. */
export const decode = (png: Buffer): Promise<Buffer> => sharp(png).removeAlpha().raw().toBuffer();

/**
 * Tiles of raw rows, placed side by side: sharp's own composite goes through an alpha channel and takes four times
 * as long. What no tile covers stays black.
 */
function join(tiles: readonly Buffer[], columns: number, rowBytes: number, rows: number): Buffer {
  const grid = Buffer.alloc(Math.ceil(tiles.length / columns) * rows * columns * rowBytes);
  for (const [index, tile] of tiles.entries()) {
    const left = (index % columns) * rowBytes;
    const top = Math.floor(index / columns) * rows;
    for (let row = 0; row < rows; row++)
      tile.copy(grid, (top + row) * columns * rowBytes + left, row * rowBytes, (row + 1) * rowBytes);
  }
  return grid;
}
