/** Images one by one, lossless: what the 'full size' button brings, and the answer to a request for it. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import type { OutgoingFile, OutgoingMessage } from "../discord/messages.ts";
import { composeGrid } from "../images/grid.ts";
import { getImage } from "../store/images.ts";
import type { RequestRecord } from "../store/requests.ts";
import { textsFor } from "../texts/texts.ts";
import { labelOf } from "./outcomes.ts";
import type { RenderResult, Request } from "./request.ts";

export interface FullPicture {
  png: Buffer;
  /** What rendered it. */
  label: string;
}

/**
 * Every image of an answered request as a lossless file, or undefined when one has left the store.
 * @param locale of whoever asks now
 * @param limitBytes the largest attachment that Discord takes of them
 */
export async function fullSizeMessage(
  { redis, directory }: { redis: Redis; directory: DirectoryCache },
  { request, results }: RequestRecord,
  locale: string,
  limitBytes: number,
): Promise<OutgoingMessage | undefined> {
  const offers = await directory.get();
  const pictures: FullPicture[] = [];
  for (const result of results) {
    const pngs = await imagesOf(redis, result);
    if (!pngs) return undefined;
    pictures.push(...pngs.map((png) => ({ png, label: labelOf(result.recipe, offers) })));
  }
  if (pictures.length === 0) return undefined;
  const limited = { ...request, locale, attachmentSizeLimit: limitBytes };
  const { files, notes } = await fullSizeFiles(limited, pictures);
  return { content: [textsFor(locale).fullSize, ...notes].join("\n"), files };
}

/** One file an image: lossless, or a preview, with a note of that, where the image alone is too large for Discord. */
export async function fullSizeFiles(
  request: Request,
  pictures: readonly FullPicture[],
): Promise<{ files: OutgoingFile[]; notes: string[] }> {
  const t = textsFor(request.locale);
  const prompt = request.renders[0]?.prompt ?? "";
  const images = await Promise.all(
    pictures.map(({ png }) => composeGrid([png], request.attachmentSizeLimit)),
  );
  return {
    files: images.map(({ data, fileName }, index) => ({
      name: `${index + 1}-${fileName}`,
      data,
      description: t.altImage(index + 1, pictures[index]?.label ?? "", prompt),
    })),
    notes: images.every(({ lossless }) => lossless) ? [] : [`-# ${t.preview}`],
  };
}

/** The PNGs of a result, or undefined when one of them has left the store. */
export async function imagesOf(redis: Redis, result: RenderResult): Promise<Buffer[] | undefined> {
  const pngs = await Promise.all(result.images.map(({ key }) => getImage(redis, key)));
  return pngs.every((png) => png !== undefined) ? pngs : undefined;
}
