/** The pictures of a round: neutral before the vote, and told apart by nothing but what they show. */
import type { Redis } from "ioredis";
import type { OutgoingFile } from "../discord/messages.ts";
import type { RenderResult } from "../generation/request.ts";
import { decode, encodeWithin } from "../images/grid.ts";
import { labelled } from "../images/labelled.ts";
import { withoutMetadata } from "../images/png.ts";
import { getImage } from "../store/images.ts";
import { letterOf, type Round } from "./round.ts";

/** RGB rows, in the order of the round's renders; undefined when one has left the store. */
export async function pixelsOf(
  redis: Redis,
  results: readonly RenderResult[],
): Promise<Buffer[] | undefined> {
  const pngs = await Promise.all(
    results.map(({ images: [image] }) => (image ? getImage(redis, image.key) : undefined)),
  );
  return pngs.every((png) => png !== undefined) ? Promise.all(pngs.map(decode)) : undefined;
}

/** Whether two of them are the same, pixel by pixel. */
export const anyIdentical = (pixels: readonly Buffer[]): boolean =>
  pixels.some((rgb, index) => pixels.slice(index + 1).some((other) => other.equals(rgb)));

/**
 * One picture of all, encoded anew from the pixels: with one file there is no size, name or metadata that could order
 * the options.
 */
export async function roundFile(
  { order }: Round,
  pixels: readonly Buffer[],
  size: { width: number; height: number },
  limitBytes: number,
  description: string,
): Promise<OutgoingFile> {
  const tiles = order.map((render, position) => ({
    rgb: pixels[render] ?? Buffer.alloc(0),
    label: letterOf(position),
  }));
  const picture = await labelled(tiles, size);
  const { data, fileName, lossless } = await encodeWithin(limitBytes, picture.raw, picture);
  return {
    name: fileName.replace(/^\w+/, "round"),
    data: lossless ? withoutMetadata(data) : data,
    description,
  };
}
