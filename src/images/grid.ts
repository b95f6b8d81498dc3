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
const RGB = 3;

/**
 * One image: itself. Two: side by side. Three and four: two by two. All tiles have the same size.
 * @param pngs the images in order, 1 to 4
 * @param limitBytes the largest attachment that Discord takes here
 */
export async function composeGrid(pngs: readonly Buffer[], limitBytes: number): Promise<ComposedImage> {
  const [first] = pngs;
  if (!first) throw new Error("A grid needs at least one image.");
  const together = pngs.reduce((sum, png) => sum + png.length, 0);
  const lossless = together <= limitBytes * LOSSLESS_SHARE;
  const { width, height } = await sharp(first).metadata();
  if (pngs.length === 1 && lossless) return { data: first, fileName: "image.png", lossless, width, height };
  const tiles = await Promise.all(pngs.map(decode));

  const columns = Math.min(pngs.length, 2);
  const grid = { width: columns * width, height: Math.ceil(pngs.length / columns) * height };
  const raw = join(tiles, columns, width * RGB, height);
  const composed = () => sharp(raw, { raw: { ...grid, channels: RGB } });
  if (lossless) {
    const data = await composed().png(PNG).toBuffer();
    if (data.length <= limitBytes) return { data, fileName: "grid.png", lossless, ...grid };
  }
  for (const quality of PREVIEW_QUALITIES) {
    const data = await composed().webp({ quality, effort: 0 }).toBuffer();
    if (data.length <= limitBytes) return { data, fileName: "preview.webp", lossless: false, ...grid };
  }
  return shrink(raw, grid, limitBytes);
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

const decode = (png: Buffer): Promise<Buffer> => sharp(png).removeAlpha().raw().toBuffer();

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
