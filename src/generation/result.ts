/** The answer to /generate. */
import type { Directory } from "../backends/directory.ts";
import { describe } from "../backends/directory.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { composeGrid } from "../images/grid.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import { textsFor } from "../texts/texts.ts";
import { fullSizeFiles, imagesOf } from "./fullSize.ts";
import type { Answering, Running } from "./kind.ts";
import { failureSentence, labelOf } from "./outcomes.ts";
import type { RenderResult, Request } from "./request.ts";
import {
  endedMessage,
  type OtherBackend,
  pending,
  progressMessage,
  quote,
  resultRows,
  statsText,
  waitingMessage,
} from "./view.ts";

export function generateProgress({
  request,
  progress,
  standings,
  directory,
  notify,
  preview,
}: Running): OutgoingMessage {
  const [now] = progress.values();
  if (!now) return waitingMessage(request, undefined, undefined, notify);
  // It has begun, and is back in the queue: what its engine or worker last said is of an attempt that is over.
  if (standings[0] === "waiting") return pending(request, textsFor(request.locale).interrupted, notify);
  const message = progressMessage(request, now, labelOf(now.recipe, directory), notify);
  if (!preview) return message;
  const description = textsFor(request.locale).altPreview(request.renders[0]?.prompt ?? "");
  return { ...message, files: [{ name: "so-far.webp", data: preview, description }] };
}

export async function generateAnswer(
  { redis, directory }: Answering,
  request: Request,
  outcomes: readonly RenderOutcome[],
  cancelledBy: string | undefined,
): Promise<OutgoingMessage> {
  const t = textsFor(request.locale);
  const others = otherBackends(request, directory);
  const [outcome] = outcomes;
  if (outcome?.ended === "rendered") {
    const pngs = await imagesOf(redis, outcome.result);
    if (pngs) return rendered(request, outcome.result, pngs, directory, others);
    return endedMessage(request, t.failed(t.keptGone), others);
  }
  if (cancelledBy) return endedMessage(request, t.cancelled(cancelledBy), others);
  return endedMessage(request, t.failed(failureSentence(t, outcome)), others);
}

export function generateEnded(request: Request, directory: Directory, sentence: string): OutgoingMessage {
  return endedMessage(request, sentence, otherBackends(request, directory));
}

async function rendered(
  request: Request,
  result: RenderResult,
  pngs: Buffer[],
  directory: Directory,
  others: OtherBackend[],
): Promise<OutgoingMessage> {
  const prompt = request.renders[0]?.prompt ?? "";
  const t = textsFor(request.locale);
  const label = labelOf(result.recipe, directory);
  const heading = `${quote(prompt)}\n${statsText(request, result, label)}`;
  const components = resultRows(request, true, others);
  if (request.fullSize) {
    const { files, notes } = await fullSizeFiles(
      request,
      pngs.map((png) => ({ png, label })),
    );
    return { content: [heading, `-# ${t.fullSizeAgain}`, ...notes].join("\n"), files, components };
  }
  const grid = await composeGrid(pngs, request.attachmentSizeLimit);
  const notes = grid.lossless ? "" : `\n-# ${t.preview}`;
  return {
    content: `${heading}${notes}`,
    files: [{ name: grid.fileName, data: grid.data, description: t.altGrid(pngs.length, label, prompt) }],
    components,
  };
}

/** What the menu under a result offers: loaded ones first, the result's own left out. */
function otherBackends(request: Request, directory: Directory): OtherBackend[] {
  const t = textsFor(request.locale);
  const own = request.renders[0]?.recipe;
  return directory.offered
    .filter(({ report }) => report.id !== own)
    .toSorted((a, b) => Number(b.resident) - Number(a.resident))
    .map((backend) => ({ id: backend.report.id, label: describe(t, backend) }));
}
