/** A latent preview, one pixel a latent cell, made large enough to be looked at and small enough to be sent often. */
import sharp from "sharp";

/** Pixels of the longer side. */
const SIDE = 512;

export async function encodePreview(rgb: Buffer, width: number, height: number): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: SIDE, height: SIDE, fit: "inside", kernel: "cubic" })
    .webp({ quality: 75, effort: 0 })
    .toBuffer();
}
