/** Two of a comparison's pictures held against each other: their difference, or one after the other in one place. */
import type { Redis } from "ioredis";
import type { Directory } from "../../backends/directory.ts";
import type { OutgoingFile, OutgoingMessage } from "../../discord/messages.ts";
import { amplified, difference, GAIN } from "../../images/difference.ts";
import { encodeWithin } from "../../images/grid.ts";
import { flicker, labelled } from "../../images/labelled.ts";
import { Refusal } from "../../refusal.ts";
import type { RequestRecord } from "../../store/requests.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import { type Pair, pairRow, type ViewName } from "./controls.ts";
import { type ComparedPicture, picturesOf } from "./pictures.ts";

/** Slow enough to look at each, and far below the three flashes a second that can harm people. */
const FLICKER_MS = 700;

export interface Looking {
  redis: Redis;
  directory: Directory;
  /** Of whoever looks. */
  locale: string;
  /** The largest attachment that Discord takes of them. */
  limitBytes: number;
}

/**
 * @param pair the first two pictures unless told
 * @throws Refusal when the pictures have left the store, or the pair is none of the comparison's
 */
export async function pairView(
  view: ViewName,
  { redis, directory, locale, limitBytes }: Looking,
  { request, results }: RequestRecord,
  pair: Pair | undefined,
): Promise<OutgoingMessage> {
  const t = textsFor(locale);
  const pictures = await picturesOf(redis, directory, results);
  if (pictures.length < results.length) throw new Refusal((t) => t.compare.gone);
  const at = (place: 0 | 1) =>
    pair ? pictures.find(({ result }) => result.render === pair[place]) : pictures[place];
  const [a, b] = [at(0), at(1)];
  if (!a || !b || a === b) throw new Refusal((t) => t.compare.noPair);
  const { psnr, dssim } = await difference(a.rgb, b.rgb, a.size);
  const shown = [a.result.render, b.result.render] as const;
  const choices = pictures.map(({ label, result }) => ({ label, render: result.render }));
  return {
    content: t.compare.pair(a.label, b.label, psnr, dssim),
    files: [
      view === "compare-diff"
        ? await differenceFile(t, a, b, limitBytes)
        : await flickerFile(t, a, b, limitBytes),
    ],
    components: [pairRow(view, request.id, choices, shown, t.compare.choosePair)],
  };
}

async function differenceFile(
  t: Texts,
  a: ComparedPicture,
  b: ComparedPicture,
  limitBytes: number,
): Promise<OutgoingFile> {
  const between = { rgb: amplified(a.rgb, b.rgb), label: t.compare.amplified(GAIN) };
  const picture = await labelled([a, b, between], a.size);
  const { data, fileName } = await encodeWithin(limitBytes, picture.raw, picture);
  const name = fileName.replace(/^\w+/, "difference");
  return { name, data, description: t.compare.altDifference(a.label, b.label, GAIN) };
}

async function flickerFile(
  t: Texts,
  a: ComparedPicture,
  b: ComparedPicture,
  limitBytes: number,
): Promise<OutgoingFile> {
  const frames = [await labelled([a], a.size), await labelled([b], b.size)];
  const data = await flicker(frames, FLICKER_MS, limitBytes);
  return { name: "flicker.webp", data, description: t.compare.altFlicker(a.label, b.label) };
}
