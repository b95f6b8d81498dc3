/** The answer to /compare: one picture of all that was rendered, its figures, and what could not be rendered and why. */
import type { Redis } from "ioredis";
import type { Directory } from "../../backends/directory.ts";
import { CONTENT_LIMIT, type OutgoingMessage } from "../../discord/messages.ts";
import { type Difference, difference } from "../../images/difference.ts";
import { encodeWithin, mayFit } from "../../images/grid.ts";
import { labelled } from "../../images/labelled.ts";
import type { RenderOutcome } from "../../queue/deliveries.ts";
import { recordDistance } from "../../store/distances.ts";
import { cut } from "../../texts/cut.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import { fullSizeFiles } from "../fullSize.ts";
import type { Answering } from "../kind.ts";
import { failureSentence, labelOf } from "../outcomes.ts";
import type { Request } from "../request.ts";
import { PROMPT_SHOWN, quote, settingsText } from "../view.ts";
import { compareRows } from "./controls.ts";
import { type ComparedPicture, picturesOf } from "./pictures.ts";
import { figuresText } from "./table.ts";

/** Of an engine's reason, so that five of them leave room for the prompt. */
const REASON_SHOWN = 160;

export async function compareAnswer(
  { redis, directory }: Answering,
  request: Request,
  outcomes: readonly RenderOutcome[],
  cancelledBy: string | undefined,
): Promise<OutgoingMessage> {
  const t = textsFor(request.locale);
  const results = outcomes.flatMap((outcome) => (outcome.ended === "rendered" ? [outcome.result] : []));
  const pictures = await picturesOf(redis, directory, results);
  const shown = new Set(pictures.map(({ result }) => result.render));
  const missing = request.renders.flatMap(({ recipe }, index) => {
    const label = `${index + 1} · ${labelOf(recipe, directory)}`;
    return shown.has(index) ? [] : [missingLine(t, label, outcomes[index], cancelledBy !== undefined)];
  });
  const [first] = pictures;
  if (!first) {
    const why = cancelledBy === undefined ? t.failed(t.compare.noneRendered) : t.cancelled(cancelledBy);
    return compareEnded(request, directory, [why, ...missing].join("\n"));
  }
  const differences = await Promise.all(pictures.map(({ rgb }) => difference(first.rgb, rgb, first.size)));
  await remember(redis, directory, request, pictures, differences);
  const picture = await pictureOf(t, request, pictures);
  const heading = cancelledBy === undefined ? [] : [t.cancelled(cancelledBy)];
  const below = [
    `**${t.compare.title(pictures.length)}** · ${settingsText(request)}`,
    figuresText(t, pictures, differences),
  ];
  return {
    content: around(request, heading, [...below, ...missing, ...picture.notes]),
    files: picture.files,
    components: compareRows(request, pictures.length),
  };
}

export function compareEnded(request: Request, _: Directory, sentence: string): OutgoingMessage {
  return { content: around(request, [sentence], []), components: compareRows(request, 0) };
}

/** The prompt between what stands above and below it, as long as there is room for it. */
function around(request: Request, above: string[], below: string[]): string {
  const others = [...above, ...below].join("\n").length + 2;
  const prompt = quote(request.renders[0]?.prompt ?? "", Math.min(CONTENT_LIMIT - others - 4, PROMPT_SHOWN));
  return [...above, prompt, ...below].join("\n");
}

/** One labelled picture, or, where that was asked for, each one alone and lossless. */
async function pictureOf(
  t: Texts,
  request: Request,
  pictures: readonly ComparedPicture[],
): Promise<{ files: NonNullable<OutgoingMessage["files"]>; notes: string[] }> {
  if (request.fullSize) {
    const { files, notes } = await fullSizeFiles(request, pictures);
    return { files, notes: [`-# ${t.fullSizeAgain}`, ...notes] };
  }
  const [first] = pictures;
  if (!first) return { files: [], notes: [] };
  const picture = await labelled(pictures, first.size);
  const limit = request.attachmentSizeLimit;
  const pngs = pictures.map(({ png }) => png);
  const { data, fileName, lossless } = await encodeWithin(limit, picture.raw, picture, mayFit(pngs, limit));
  const labels = pictures.map(({ label }) => label);
  const description = t.compare.alt(labels, request.renders[0]?.prompt ?? "");
  return {
    files: [{ name: fileName, data, description }],
    notes: lossless ? [] : [`-# ${t.preview}`],
  };
}

function missingLine(
  t: Texts,
  label: string,
  outcome: RenderOutcome | undefined,
  cancelled: boolean,
): string {
  if (outcome?.ended === "rendered") return t.compare.failedBackend(label, t.compare.pictureGone);
  if (cancelled) return t.compare.cancelledBackend(label);
  return t.compare.failedBackend(label, cut(failureSentence(t, outcome), REASON_SHOWN));
}

/** How far each backend is from the original, for /backends: only where the original itself is the first picture. */
async function remember(
  redis: Redis,
  directory: Directory,
  request: Request,
  pictures: readonly ComparedPicture[],
  differences: readonly Difference[],
): Promise<void> {
  const [original, ...others] = pictures;
  const [render] = request.renders;
  const report = directory.offered.find(({ report }) => report.id === original?.result.recipe)?.report;
  if (!original || !render || report?.family !== "original") return;
  const { width, height, steps } = render;
  for (const [index, { result }] of others.entries()) {
    const apart = differences[index + 1];
    if (!apart || result.model !== original.result.model) continue;
    await recordDistance(redis, result.recipe, {
      original: report.id,
      model: result.model,
      width,
      height,
      steps,
      psnr: Number.isFinite(apart.psnr) ? apart.psnr : null,
      perceptual: apart.dssim,
      at: request.createdAt,
    });
  }
}
