/** The answer to a request whose renders have ended. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import type { Directory } from "../backends/directory.ts";
import { describe } from "../backends/directory.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { composeGrid } from "../images/grid.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import { getImage } from "../store/images.ts";
import type { RequestRecord } from "../store/requests.ts";
import { en } from "../texts/en.ts";
import type { RenderResult, Request } from "./request.ts";
import { endedMessage, type OtherBackend, quote, resultRows, statsText } from "./view.ts";

/** What BullMQ writes when a job's worker went away too often. */
const STALLED = /stalled/i;

export interface Answering {
  redis: Redis;
  directory: Directory;
}

/** @param cancelledBy the member who cancelled, if anybody did */
export async function answerOf(
  { redis, directory }: Answering,
  request: Request,
  outcomes: RenderOutcome[],
  cancelledBy: string | undefined,
): Promise<OutgoingMessage> {
  const others = otherBackends(request, directory);
  const [outcome] = outcomes;
  if (outcome?.ended === "rendered") {
    const pngs = await imagesOf(redis, outcome.result);
    if (pngs) return rendered(request, outcome.result, pngs, directory, others);
    return endedMessage(request, en.failed(en.keptGone), others);
  }
  if (cancelledBy) return endedMessage(request, en.cancelled(cancelledBy), others);
  return endedMessage(request, en.failed(failureSentence(outcome)), others);
}

/** In the place of an answer that could not be made. */
export function unanswerable(request: Request, directory: Directory): OutgoingMessage {
  return endedMessage(request, en.failed(en.failedUnknown), otherBackends(request, directory));
}

/**
 * Every image of an answered request as a lossless file, or undefined when one has left the store.
 * @param limitBytes the largest attachment that Discord takes of whoever asks now
 */
export async function fullSizeMessage(
  { redis, directory }: { redis: Redis; directory: DirectoryCache },
  { request, results }: RequestRecord,
  limitBytes: number,
): Promise<OutgoingMessage | undefined> {
  const [result] = results;
  const pngs = result && (await imagesOf(redis, result));
  if (!pngs) return undefined;
  const limited = { ...request, attachmentSizeLimit: limitBytes };
  return fullSize(limited, pngs, labelOf(result.recipe, await directory.get()), en.fullSize);
}

/** One file an image: lossless, or a preview that is called one where the image alone is too large for Discord. */
async function fullSize(
  request: Request,
  pngs: Buffer[],
  label: string,
  heading: string,
): Promise<OutgoingMessage> {
  const images = await Promise.all(pngs.map((png) => composeGrid([png], request.attachmentSizeLimit)));
  const prompt = request.renders[0]?.prompt ?? "";
  return {
    content: images.every(({ lossless }) => lossless) ? heading : `${heading}\n-# ${en.preview}`,
    files: images.map(({ data, fileName }, index) => ({
      name: `${index + 1}-${fileName}`,
      data,
      description: en.altImage(index + 1, label, prompt),
    })),
  };
}

async function rendered(
  request: Request,
  result: RenderResult,
  pngs: Buffer[],
  directory: Directory,
  others: OtherBackend[],
): Promise<OutgoingMessage> {
  const prompt = request.renders[0]?.prompt ?? "";
  const label = labelOf(result.recipe, directory);
  const heading = `${quote(prompt)}\n${statsText(request, result, label)}`;
  const components = resultRows(request, true, others);
  if (request.fullSize)
    return { ...(await fullSize(request, pngs, label, `${heading}\n-# ${en.fullSizeAgain}`)), components };
  const grid = await composeGrid(pngs, request.attachmentSizeLimit);
  const notes = grid.lossless ? "" : `\n-# ${en.preview}`;
  return {
    content: `${heading}${notes}`,
    files: [{ name: grid.fileName, data: grid.data, description: en.altGrid(pngs.length, label, prompt) }],
    components,
  };
}

/** The PNGs of a result, or undefined when one of them has left the store. */
async function imagesOf(redis: Redis, result: RenderResult): Promise<Buffer[] | undefined> {
  const pngs = await Promise.all(result.images.map(({ key }) => getImage(redis, key)));
  return pngs.every((png) => png !== undefined) ? pngs : undefined;
}

function failureSentence(outcome: RenderOutcome | undefined): string {
  if (outcome?.ended !== "failed") return en.failedUnknown;
  if (STALLED.test(outcome.reason)) return en.failedStalled;
  return outcome.reason.trim() || en.failedUnknown;
}

export function labelOf(recipe: string, directory: Directory): string {
  return directory.offered.find(({ report }) => report.id === recipe)?.report.label ?? recipe;
}

/** What the menu under a result offers: loaded ones first, the result's own left out. */
function otherBackends(request: Request, directory: Directory): OtherBackend[] {
  const own = request.renders[0]?.recipe;
  return directory.offered
    .filter(({ report }) => report.id !== own)
    .toSorted((a, b) => Number(b.resident) - Number(a.resident))
    .map((backend) => ({ id: backend.report.id, label: describe(backend) }));
}
