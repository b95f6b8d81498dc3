/** What a request looks like on Discord while it waits, while it runs and when it has ended. */

import type { APIActionRowComponent, APIComponentInMessageActionRow } from "discord-api-types/v10";
import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";
import { CHOICES } from "../discord/limits.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { presetLines } from "../presets/use.ts";
import { cut } from "../texts/cut.ts";
import { told } from "../texts/notices.ts";
import { textsFor } from "../texts/texts.ts";
import { bar } from "../texts/units.ts";
import { drawingSeconds, type Progress, type RenderResult, type Request } from "./request.ts";
import { canVary, variedBy } from "./variations.ts";

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/** Discord takes 2,000 characters in a message; the figures below the prompt need less than half of that. */
export const PROMPT_SHOWN = 1100;

/** @param action the name by which its handler in src/interactions is found */
export function button(
  action: string,
  label: string,
  requestId: string,
  style: ButtonStyle = ButtonStyle.Secondary,
) {
  return {
    type: ComponentType.Button as const,
    style: style as Exclude<ButtonStyle, ButtonStyle.Link | ButtonStyle.Premium>,
    label,
    custom_id: customId(action, requestId),
  };
}

export const row = (...components: APIComponentInMessageActionRow[]): Row => ({
  type: ComponentType.ActionRow,
  components,
});

/** The prompt as a quotation that formats nothing and breaks out of nothing. */
export function quote(prompt: string, limit = PROMPT_SHOWN): string {
  let shown = "> ";
  for (const character of prompt.replace(/\s+/g, " ").trim()) {
    const escaped = character.replace(/[\\*_~`|>#[\]()<@:-]/, "\\$&");
    if (shown.length + escaped.length > limit) return `${shown}…`;
    shown += escaped;
  }
  return shown;
}

function pendingRow(request: Request, notify: boolean): Row {
  const t = textsFor(request.locale);
  return row(
    button("cancel", t.buttonCancel, request.id, ButtonStyle.Danger),
    ...(notify ? [] : [button("notify", t.buttonNotify, request.id)]),
  );
}

const presetNotes = ({ locale, preset }: Request) => (preset ? presetLines(textsFor(locale), preset) : []);

/** A request under way: what it says of itself over the prompt, and the buttons of one that is not done. */
export function pending(request: Request, headline: string, notify: boolean): OutgoingMessage {
  const prompt = request.renders[0]?.prompt ?? "";
  const notes = [...presetNotes(request), ...(notify ? [textsFor(request.locale).willNotify] : [])];
  const small = notes.map((note) => `\n-# ${note}`).join("");
  return { content: `${headline}\n${quote(prompt)}${small}`, components: [pendingRow(request, notify)] };
}

export function waitingMessage(
  request: Request,
  ahead: number | undefined,
  estimateSeconds: number | undefined,
  notify: boolean,
): OutgoingMessage {
  return pending(request, textsFor(request.locale).waiting(ahead, estimateSeconds), notify);
}

export function progressMessage(
  request: Request,
  progress: Progress,
  label: string,
  notify: boolean,
): OutgoingMessage {
  const t = textsFor(request.locale);
  if (progress.phase === "loading") return pending(request, t.loading(label), notify);
  const { image, images, step, steps } = progress;
  const fraction = (image + step / steps) / images;
  const headline = `${t.rendering(image + 1, images, step, steps)}\n${bar(fraction)} ${t.units.percent(fraction)}`;
  return pending(request, headline, notify);
}

/** The seeds of a render as people write them: one, the first and the last, or the one that all vary. */
function seedsOf(request: Request): string {
  const noise = request.renders[0]?.noise ?? [];
  const seeds = noise.map(([first]) => first?.seed ?? 0);
  const varied = variedBy(noise[0] ?? []);
  if (varied > 0) return textsFor(request.locale).variedSeed(seeds[0] ?? 0, varied);
  return seeds.length > 1 ? `${seeds[0]}–${seeds.at(-1)}` : String(seeds[0]);
}

/** What was asked for, beside prompt and backend: of a comparison the same for every render, one image each. */
export function settingsText(request: Request): string {
  const [render] = request.renders;
  if (!render) return "";
  const size = `${render.width}×${render.height}`;
  const images = request.kind === "compare" ? undefined : render.noise.length;
  return textsFor(request.locale).settings(images, size, render.steps, render.guidance, seedsOf(request));
}

/** Settings and measured figures of a finished render, each figure by the name of how it was measured. */
export function statsText(request: Request, result: RenderResult, label: string): string {
  const t = textsFor(request.locale);
  const { stats } = result;
  const render = request.renders[0];
  if (!render) return "";
  const { seconds, memory } = stats;
  const time = [
    t.time(seconds.total, drawingSeconds(seconds) / result.images.length, result.queueSeconds),
    seconds.load === undefined ? "" : t.loaded(seconds.load),
    seconds.unpark === undefined ? "" : t.switched(seconds.unpark),
  ];
  const memoryLine = [
    t.weights(memory.weightsBytes),
    t.memory[memory.measure](memory.residentBytes, memory.peakBytes),
    t.on(`${stats.deviceName} (${stats.device})`),
  ];
  const notes = [
    ...presetNotes(request),
    ...(stats.textEncoder === "bf16" ? [] : [t.textEncoder(stats.textEncoder)]),
    ...stats.warnings.map((warning) => told(t, warning)),
    ...(stats.truncatedTokens > 0 ? [t.truncated(stats.truncatedTokens)] : []),
  ];
  return [
    `**${label}** \`${render.recipe}\` · ${settingsText(request)}`,
    `-# ${time.filter(Boolean).join(" · ")}`,
    `-# ${memoryLine.join(" · ")}`,
    ...notes.map((note) => `-# ${note}`),
  ].join("\n");
}

export interface OtherBackend {
  id: string;
  label: string;
}

/** Each image, slightly or strongly: what the menu's handler gets is the image's index and the strength. */
function variationChoices(request: Request): { label: string; value: string }[] {
  const t = textsFor(request.locale);
  const noise = request.renders[0]?.noise ?? [];
  return noise.flatMap((picture, index) =>
    canVary(picture)
      ? (["slight", "strong"] as const).map((strength) => ({
          label: t.variation[strength](noise.length > 1 ? index + 1 : undefined),
          value: `${index}-${strength}`,
        }))
      : [],
  );
}

/** Buttons under a finished request. They work as long as its record lives. */
export function resultRows(request: Request, rendered: boolean, others: OtherBackend[] = []): Row[] {
  const t = textsFor(request.locale);
  const rows = [
    row(
      button("again", t.buttonAgain, request.id, ButtonStyle.Primary),
      button("prompt", t.buttonPrompt, request.id),
      ...(rendered ? [button("full", t.buttonFull, request.id)] : []),
      button("delete", t.buttonDelete, request.id),
    ),
  ];
  const variations = rendered ? variationChoices(request) : [];
  if (variations.length > 0)
    rows.push(
      row({
        type: ComponentType.StringSelect,
        custom_id: customId("variations", request.id),
        placeholder: t.selectVariations,
        options: variations,
      }),
    );
  const options = others.slice(0, CHOICES).map(({ id, label }) => ({ value: id, label: cut(label, 100) }));
  if (options.length > 0)
    rows.push(
      row({
        type: ComponentType.StringSelect,
        custom_id: customId("backend", request.id),
        placeholder: t.selectBackend,
        options,
      }),
    );
  return rows;
}

/** The end of a request without a picture: cancelled or failed. */
export function endedMessage(
  request: Request,
  sentence: string,
  others: OtherBackend[] = [],
): OutgoingMessage {
  const prompt = request.renders[0]?.prompt ?? "";
  return { content: `${sentence}\n${quote(prompt)}`, components: resultRows(request, false, others) };
}
