/** Details as people read them: a code block with the main things, and a JSON file with all. */
import { CONTENT_LIMIT, type OutgoingMessage } from "../discord/messages.ts";
import type { Noise } from "../engine/protocol.ts";
import { cut } from "../texts/cut.ts";
import type { Texts } from "../texts/texts.ts";
import type { Details, Measured } from "./details.ts";

/** Characters of the code block's own marks and breaks. */
const MARKS = 12;

/** @param madeFrom a sentence, where it was made from another result */
export function detailsMessage(t: Texts, details: Details, madeFrom: string | undefined): OutgoingMessage {
  const sections = details.renders.map((render) => renderLines(t, render));
  const shared = sections[0]?.filter((line) => sections.every((section) => section.includes(line))) ?? [];
  const lines = [
    `${t.details.prompt}: ${details.prompt}`,
    `${t.details.settings}: ${settingsOf(t, details)}`,
    ...(details.preset === undefined ? [] : [`${t.details.preset}: ${details.preset}`]),
    ...shared,
    ...sections.flatMap((section) => {
      const own = section.filter((line) => !shared.includes(line));
      return own.length > 0 ? ["", ...own] : [];
    }),
  ];
  const [above, below] = [madeFrom ? [madeFrom] : [], [`-# ${t.details.file}`]];
  const room = CONTENT_LIMIT - [...above, ...below].join("\n").length - MARKS;
  // Backticks would end the block; the file has them as they are.
  const block = cut(lines.join("\n").replaceAll("`", "ˋ"), room);
  return {
    content: [...above, `\`\`\`\n${block}\n\`\`\``, ...below].join("\n"),
    files: [
      {
        name: `${details.request}.json`,
        data: Buffer.from(`${JSON.stringify(details, undefined, 2)}\n`),
        description: t.details.altFile,
      },
    ],
  };
}

function settingsOf(t: Texts, { width, height, steps, guidance }: Details): string {
  return [t.details.size(width, height), t.details.steps(steps), t.details.guidance(guidance)].join(", ");
}

function renderLines(t: Texts, render: Details["renders"][number]): string[] {
  const words = t.details;
  const head = [
    `${words.backend}: ${render.backend} (${render.label})`,
    `${words.seeds}: ${render.noise.map((noise) => noiseText(t, noise)).join(", ")}`,
  ];
  if (!render.measured) return [...head, words.notRendered];
  const { model, device, deviceName, memory, versions } = render.measured;
  const revision = model.revision === undefined ? "" : `, ${words.revision(model.revision)}`;
  const measure = words.measures[memory.measure];
  const parts = [
    words.weights(memory.weightsBytes),
    words.resident(memory.residentBytes),
    words.peak(memory.peakBytes),
  ];
  return [
    ...head,
    `${words.model}: ${model.name}${revision}`,
    `${words.device}: ${deviceName} (${device})`,
    `${words.memory}: ${parts.join(", ")} (${measure})`,
    `${words.time}: ${timesOf(t, render.measured).join(", ")}`,
    `${words.versions}: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}`,
  ];
}

/** "7", or of a variation "0.954 × 7 + 0.300 × 1234". */
const noiseText = ({ units }: Texts, noise: Noise): string =>
  noise.length === 1 && noise[0]?.weight === 1
    ? String(noise[0].seed)
    : noise.map(({ seed, weight }) => `${units.fixed(weight, 3)} × ${seed}`).join(" + ");

function timesOf(t: Texts, { seconds, waitedSeconds }: Measured): string[] {
  return [
    t.details.waited(waitedSeconds),
    ...(seconds.load === undefined ? [] : [t.details.load(seconds.load)]),
    ...(seconds.unpark === undefined ? [] : [t.details.unpark(seconds.unpark)]),
    t.details.encode(seconds.encode),
    t.details.denoise(seconds.denoise, seconds.perStep),
    t.details.decode(seconds.decode),
    t.details.total(seconds.total),
  ];
}
