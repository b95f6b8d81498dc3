/** What a request looks like on Discord while it waits, while it runs and when it has ended. */

import type { APIActionRowComponent, APIComponentInMessageActionRow } from "discord-api-types/v10";
import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { type Action, customId } from "../discord/customId.ts";
import { cut, type OutgoingMessage } from "../discord/messages.ts";
import { en } from "../texts/en.ts";
import { bar } from "../texts/units.ts";
import type { Progress, RenderResult, Request } from "./request.ts";

type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/** Discord takes 2,000 characters in a message; the figures below the prompt need less than half of that. */
const PROMPT_SHOWN = 1100;

function button(
  action: Action,
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

const row = (...components: APIComponentInMessageActionRow[]): Row => ({
  type: ComponentType.ActionRow,
  components,
});

/** The prompt as a quotation that formats nothing and breaks out of nothing. */
export function quote(prompt: string): string {
  let shown = "> ";
  for (const character of prompt.replace(/\s+/g, " ").trim()) {
    const escaped = character.replace(/[\\*_~`|>#[\]()<@:-]/, "\\$&");
    if (shown.length + escaped.length > PROMPT_SHOWN) return `${shown}…`;
    shown += escaped;
  }
  return shown;
}

const pendingRow = (request: Request, notify: boolean): Row =>
  row(
    button("cancel", en.buttonCancel, request.id, ButtonStyle.Danger),
    ...(notify ? [] : [button("notify", en.buttonNotify, request.id)]),
  );

function pending(request: Request, headline: string, notify: boolean): OutgoingMessage {
  const prompt = request.renders[0]?.prompt ?? "";
  const note = notify ? `\n-# ${en.willNotify}` : "";
  return { content: `${headline}\n${quote(prompt)}${note}`, components: [pendingRow(request, notify)] };
}

export function waitingMessage(
  request: Request,
  ahead: number | undefined,
  estimateSeconds: number | undefined,
  notify: boolean,
): OutgoingMessage {
  return pending(request, en.waiting(ahead, estimateSeconds), notify);
}

export function progressMessage(
  request: Request,
  progress: Progress,
  label: string,
  notify: boolean,
): OutgoingMessage {
  if (progress.phase === "loading") return pending(request, en.loading(label), notify);
  const { image, images, step, steps } = progress;
  const fraction = (image + step / steps) / images;
  const headline = `${en.rendering(image + 1, images, step, steps)}\n${bar(fraction)} ${Math.round(fraction * 100)} %`;
  return pending(request, headline, notify);
}

/** The seeds of a render as people write them: one, or the first and the last. */
function seedsOf(request: Request): string {
  const seeds = request.renders[0]?.noise.map(([first]) => first?.seed ?? 0) ?? [];
  return seeds.length > 1 ? `${seeds[0]}–${seeds.at(-1)}` : String(seeds[0]);
}

/** Settings and measured figures of a finished render, each figure by the name of how it was measured. */
export function statsText(request: Request, result: RenderResult, label: string): string {
  const { stats } = result;
  const render = request.renders[0];
  if (!render) return "";
  const { seconds, memory } = stats;
  const time = [
    en.time(seconds.total, seconds.total / result.images.length, result.queueSeconds),
    seconds.load === undefined ? "" : en.loaded(seconds.load),
    seconds.unpark === undefined ? "" : en.switched(seconds.unpark),
  ];
  const memoryLine = [
    en.weights(memory.weightsBytes),
    en.memory[memory.measure](memory.residentBytes, memory.peakBytes),
    en.on(`${stats.deviceName} (${stats.device})`),
  ];
  const size = `${render.width}×${render.height}`;
  const settings = en.settings(result.images.length, size, render.steps, render.guidance, seedsOf(request));
  const notes = [
    ...stats.warnings,
    ...(stats.truncatedTokens > 0 ? [en.truncated(stats.truncatedTokens)] : []),
  ];
  return [
    `**${label}** \`${render.recipe}\` · ${settings}`,
    `-# ${time.filter(Boolean).join(" · ")}`,
    `-# ${memoryLine.join(" · ")}`,
    ...notes.map((note) => `-# ${note}`),
  ].join("\n");
}

const MENU_LIMIT = 25;

export interface OtherBackend {
  id: string;
  label: string;
}

/** Buttons under a finished request. They work as long as its record lives. */
export function resultRows(request: Request, rendered: boolean, others: OtherBackend[]): Row[] {
  const rows = [
    row(
      button("again", en.buttonAgain, request.id, ButtonStyle.Primary),
      ...(rendered ? [button("full", en.buttonFull, request.id)] : []),
      button("delete", en.buttonDelete, request.id),
    ),
  ];
  const options = others.slice(0, MENU_LIMIT).map(({ id, label }) => ({ value: id, label: cut(label, 100) }));
  if (options.length > 0)
    rows.push(
      row({
        type: ComponentType.StringSelect,
        custom_id: customId("backend", request.id),
        placeholder: en.selectBackend,
        options,
      }),
    );
  return rows;
}

/** The end of a request without a picture: cancelled or failed. */
export function endedMessage(request: Request, sentence: string, others: OtherBackend[]): OutgoingMessage {
  const prompt = request.renders[0]?.prompt ?? "";
  return { content: `${sentence}\n${quote(prompt)}`, components: resultRows(request, false, others) };
}
