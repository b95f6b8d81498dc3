/** Pictures side by side, each under a strip with its name: what is compared must be told apart without the text. */
import sharp from "sharp";
import { FONT_FAMILY } from "../plots/font.ts";
import { escapeXml, svgToPng } from "../plots/svg.ts";
import { decode, RGB } from "./grid.ts";

export interface Tile {
  /** RGB rows; all tiles of a picture have the same size. */
  rgb: Buffer;
  label: string;
}

export interface Size {
  width: number;
  height: number;
}

export interface Picture extends Size {
  /** RGB rows. */
  raw: Buffer;
}

const BACKGROUND = "#1e1f22";
const INK = "#f2f3f5";
/** Parts of a tile's width: the strip's height, and the letters in it where the name is short. */
const STRIP = 0.09;
const LETTER = 0.052;
/** A wide letter of Inter's weight 600, in parts of the font's size: names stay within their strip. */
const WIDEST = 0.62;
const GAP = 4;

/** Two and four: two columns; three, five and six: three. The last row may be short. */
export const columnsOf = (tiles: number): number => (tiles === 2 || tiles === 4 ? 2 : Math.min(tiles, 3));

/** @param size of one tile, in pixels */
export async function labelled(tiles: readonly Tile[], size: Size): Promise<Picture> {
  const columns = columnsOf(tiles.length);
  const strip = { width: size.width, height: Math.round(Math.max(size.width * STRIP, 18)) };
  const width = columns * size.width + (columns - 1) * GAP;
  const rows = Math.ceil(tiles.length / columns);
  const height = rows * (strip.height + size.height) + (rows - 1) * GAP;
  const raw = Buffer.alloc(width * height * RGB, Buffer.from(BACKGROUND.slice(1), "hex"));
  const strips = await Promise.all(tiles.map(({ label }) => drawStrip(label, strip)));
  for (const [index, { rgb }] of tiles.entries()) {
    const left = (index % columns) * (size.width + GAP);
    const top = Math.floor(index / columns) * (strip.height + size.height + GAP);
    paste(raw, width, strips[index] ?? Buffer.alloc(0), strip, left, top);
    paste(raw, width, rgb, size, left, top + strip.height);
  }
  return { raw, width, height };
}

/** RGB rows. */
async function drawStrip(label: string, { width, height }: Size): Promise<Buffer> {
  const letter = Math.min(Math.max(width * LETTER, 11), width / (WIDEST * label.length + 1));
  return decode(
    await svgToPng(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="100%" height="100%" fill="${BACKGROUND}"/>
<text x="${letter / 2}" y="${height / 2 + letter * 0.36}" font-size="${letter}" fill="${INK}" font-family="${FONT_FAMILY}" font-weight="600">${escapeXml(label)}</text></svg>`),
  );
}

/** Row by row: sharp's own composite goes through an alpha channel and takes several times as long. */
function paste(onto: Buffer, width: number, tile: Buffer, size: Size, left: number, top: number): void {
  const bytes = size.width * RGB;
  for (let row = 0; row < size.height; row++)
    tile.copy(onto, ((top + row) * width + left) * RGB, row * bytes, (row + 1) * bytes);
}

/** Qualities of an animation, the best first; beyond the last it is made smaller. */
const QUALITIES = [92, 80] as const;

/**
 * An endless animation that shows one picture after another.
 * @param frames of the same size
 * @param limitBytes the largest attachment that Discord takes here
 */
export async function flicker(
  frames: readonly Picture[],
  everyMs: number,
  limitBytes: number,
): Promise<Buffer> {
  const [first] = frames;
  if (!first) throw new Error("An animation needs a frame.");
  for (let width = first.width; width >= 64; width = Math.floor(width / 2)) {
    const pages = await Promise.all(
      frames.map((frame) =>
        sharp(frame.raw, { raw: { width: frame.width, height: frame.height, channels: RGB } })
          .resize({ width })
          .png({ compressionLevel: 0 })
          .toBuffer(),
      ),
    );
    for (const quality of QUALITIES) {
      const data = await sharp(pages, { join: { animated: true } })
        .webp({ quality, effort: 2, loop: 0, delay: frames.map(() => everyMs) })
        .toBuffer();
      if (data.length <= limitBytes) return data;
    }
  }
  throw new Error(`No animation fits into ${limitBytes} bytes.`);
}
