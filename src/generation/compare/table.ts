/** The figures of a comparison under each other, and what they mean. */

import type { Difference } from "../../images/difference.ts";
import { cut } from "../../texts/cut.ts";
import { told } from "../../texts/notices.ts";
import { table } from "../../texts/table.ts";
import type { Texts } from "../../texts/texts.ts";
import { drawingSeconds } from "../request.ts";
import type { ComparedPicture } from "./pictures.ts";

/** Characters of a backend's name: a line of the table stays on one line in Discord's window. */
const NAME_SHOWN = 24;
/** Of a warning with its backend's name, so that six leave room for the prompt. */
const WARNING_SHOWN = 140;

/** @param differences of every picture to the first one */
export function figuresText(
  t: Texts,
  pictures: readonly ComparedPicture[],
  differences: readonly Difference[],
): string {
  const { bytes, fixed, seconds } = t.units;
  const rows = pictures.map(({ label, result }, index) => {
    const { weightsBytes, peakBytes } = result.stats.memory;
    const { psnr = 0, dssim = 0 } = differences[index] ?? {};
    return [
      cut(label, NAME_SHOWN),
      bytes(weightsBytes),
      bytes(peakBytes),
      seconds(drawingSeconds(result.stats.seconds)),
      ...(index === 0 ? ["–", "–"] : [Number.isFinite(psnr) ? fixed(psnr, 1) : "∞", fixed(dssim, 3)]),
    ];
  });
  const measures = new Set(pictures.map(({ result }) => result.stats.memory.measure));
  const devices = new Set(pictures.map(({ result: { stats } }) => `${stats.deviceName} (${stats.device})`));
  const warnings = pictures.flatMap(({ label, result }) =>
    result.stats.warnings.map((warning) => `${label}: ${told(t, warning)}`),
  );
  const truncated = Math.max(...pictures.map(({ result }) => result.stats.truncatedTokens));
  const notes = [
    [t.compare.memory, ...[...measures].map((measure) => t.compare.peak[measure]), t.compare.time].join(" "),
    t.compare.difference(pictures[0]?.label ?? ""),
    t.compare.devices([...devices]),
    ...warnings.map((warning) => cut(warning, WARNING_SHOWN)),
    ...(truncated > 0 ? [t.truncated(truncated)] : []),
  ];
  return [`\`\`\`\n${table([t.compare.heads, ...rows])}\n\`\`\``, ...notes.map((note) => `-# ${note}`)].join(
    "\n",
  );
}
