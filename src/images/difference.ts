/**
 * How far two pictures of the same size are apart, as figures and as a picture.
 *
 * - PSNR: 10 log10(255^2 / MSE) dB over the three channels of the 8-bit RGB pixels; infinite for identical pictures.
 * - DSSIM: (1 - SSIM) / 2, from 0 for identical pictures to 1. SSIM is the mean structural similarity of Wang, Bovik,
 *   Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE TIP 13(4),
 *   2004: luma, an 11 x 11 Gaussian window of sigma 1.5, K1 0.01, K2 0.03. As its authors advise, both pictures are
 *   brought to about 256 pixels first (their shorter side), the scale at which a whole picture is looked at.
 */
import { ssim } from "@blazediff/ssim";
import sharp from "sharp";
import { RGB } from "./grid.ts";
import type { Size } from "./labelled.ts";

export interface Difference {
  /** In dB; Infinity for identical pictures. */
  psnr: number;
  dssim: number;
}

/** Pixels of the shorter side at which SSIM is taken. */
const SSIM_SIDE = 256;

/** @param a, b RGB rows */
export async function difference(a: Buffer, b: Buffer, size: Size): Promise<Difference> {
  if (a.equals(b)) return { psnr: Number.POSITIVE_INFINITY, dssim: 0 };
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  const [one, other] = await Promise.all([viewed(a, size), viewed(b, size)]);
  const similarity = ssim(one.data, other.data, undefined, one.width, one.height);
  return {
    psnr: 10 * Math.log10(255 ** 2 / (squares / a.length)),
    dssim: Math.max(0, (1 - similarity) / 2),
  };
}

/** RGBA rows at SSIM's scale. */
async function viewed(rgb: Buffer, { width, height }: Size): Promise<Size & { data: Buffer }> {
  const scale = Math.min(1, SSIM_SIDE / Math.min(width, height));
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: RGB } })
    .resize({ width: Math.round(width * scale), height: Math.round(height * scale), fit: "fill" })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Times that a difference is amplified to be seen: what is further apart than 255 / GAIN levels is shown as that. */
export const GAIN = 4;

/** The absolute difference of each channel, amplified: black where both are the same. @param a, b RGB rows */
export function amplified(a: Buffer, b: Buffer): Buffer {
  const out = Buffer.alloc(a.length);
  for (let i = 0; i < a.length; i++) out[i] = Math.min(255, Math.abs((a[i] ?? 0) - (b[i] ?? 0)) * GAIN);
  return out;
}
