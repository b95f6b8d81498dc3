/** What a comparison rendered, picture by picture, in the order of its backends. */
import type { Redis } from "ioredis";
import type { Directory } from "../../backends/directory.ts";
import { decode } from "../../images/grid.ts";
import type { Size } from "../../images/labelled.ts";
import { getImage } from "../../store/images.ts";
import { labelOf } from "../outcomes.ts";
import type { RenderResult } from "../request.ts";

export interface ComparedPicture {
  result: RenderResult;
  /** Its backend with its number in the comparison, as it stands in the picture, the table and the menus. */
  label: string;
  size: Size;
  png: Buffer;
  /** RGB rows. */
  rgb: Buffer;
}

/** Without those that have left the store. */
export async function picturesOf(
  redis: Redis,
  directory: Directory,
  results: readonly RenderResult[],
): Promise<ComparedPicture[]> {
  const pictures = await Promise.all(results.map((result) => pictureOf(redis, directory, result)));
  return pictures.filter((picture) => picture !== undefined);
}

async function pictureOf(
  redis: Redis,
  directory: Directory,
  result: RenderResult,
): Promise<ComparedPicture | undefined> {
  const [image] = result.images;
  const png = image && (await getImage(redis, image.key));
  if (!png) return undefined;
  return {
    result,
    label: `${result.render + 1} · ${labelOf(result.recipe, directory)}`,
    size: { width: image.width, height: image.height },
    png,
    rgb: await decode(png),
  };
}
