/** How close to the original a backend's pictures are, from all comparisons that are remembered. */

import type { Distance } from "../store/distances.ts";
import { median } from "./median.ts";

export interface Closeness {
  comparisons: number;
  /** Median in dB; undefined where most pictures were identical to the original's. */
  psnr: number | undefined;
  /** Median DSSIM; 0 for identical pictures. */
  perceptual: number;
}

/** @returns undefined without comparisons */
export function closenessOf(distances: readonly Distance[]): Closeness | undefined {
  const perceptual = median(distances.map((distance) => distance.perceptual));
  if (perceptual === undefined) return undefined;
  const psnr = median(distances.map((distance) => distance.psnr ?? Number.POSITIVE_INFINITY));
  return {
    comparisons: distances.length,
    psnr: psnr === Number.POSITIVE_INFINITY ? undefined : psnr,
    perceptual,
  };
}
