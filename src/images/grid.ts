/** Images composed into what fits one Discord attachment. */
import sharp from "sharp";

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
/** Fast and still small: more effort costs a second on a 2048 px grid and saves a few percent. */
const PNG = { compressionLevel: 3, adaptiveFiltering: false } as const;

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
  const { width = 0, height = 0 } = await sharp(first).metadata();
  if (pngs.length === 1 && lossless) return { data: first, fileName: "image.png", lossless, width, height };

  const columns = pngs.length === 1 ? 1 : 2;
  const rows = Math.ceil(pngs.length / columns);
  const grid = { width: columns * width, height: rows * height };
  const raw = await sharp({ create: { ...grid, channels: 3, background: "#1e1f22" } })
    .composite(
      pngs.map((input, index) => ({
        input,
        left: (index % columns) * width,
        top: Math.floor(index / columns) * height,
      })),
    )
    .removeAlpha()
    .raw()
    .toBuffer();
  const composed = () => sharp(raw, { raw: { ...grid, channels: 3 } });
  if (lossless) {
    const data = await composed().png(PNG).toBuffer();
    if (data.length <= limitBytes) return { data, fileName: "grid.png", lossless, ...grid };
  }
  for (const quality of PREVIEW_QUALITIES) {
    const data = await composed().webp({ quality, effort: 1 }).toBuffer();
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
    const { data, info } = await sharp(raw, { raw: { ...grid, channels: 3 } })
      .resize({ width })
      .webp({ quality: 92, effort: 1 })
      .toBuffer({ resolveWithObject: true });
    if (data.length <= limitBytes)
      return { data, fileName: "preview.webp", lossless: false, width: info.width, height: info.height };
  }
  throw new Error(`No preview fits into ${limitBytes} bytes.`);
}
