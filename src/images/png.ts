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

const SIGNATURE_BYTES = 8;
/** Of a chunk beside its data: length, name and checksum. */
const CHUNK_BYTES = 12;
/** Upper case at first: a decoder needs it. All others are about the picture (PNG specification, 5.4). */
const CRITICAL = /^[A-Z]/;

/** The same pixels without any chunk about them: size in metres, time, text, profile. */
export function withoutMetadata(png: Buffer): Buffer {
  const kept = [png.subarray(0, SIGNATURE_BYTES)];
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const end = at + CHUNK_BYTES + png.readUInt32BE(at);
    if (CRITICAL.test(png.toString("latin1", at + 4, at + 8))) kept.push(png.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}
