/** What /queue says, and what people are told while the queue is closed. */
import { ago } from "../markup.ts";
import { s, units } from "./words.ts";

type Mode = "paused" | "draining";

const STAYS = "What is rendering will be finished; what waits keeps its place.";

export const queue = {
  // Refusals
  draining:
    "The queue takes no new requests right now: it is being drained for maintenance. Nothing was queued; try again later.",
  operatorsOnly:
    "Only members with **Manage Server** in the bot's home server, and the bot's owners, can do this, since it stops the bot for everybody.",
  alreadyOpen: "The queue is already running.",
  already: (mode: Mode, by: string, at: number) =>
    mode === "paused"
      ? `The queue is already paused, by <@${by}> ${ago(at)}.`
      : `The queue is already being drained, by <@${by}> ${ago(at)}.`,

  notThere:
    "There is no such request here. Choose one that is offered as you type; `/queue show` lists them.",

  // The list
  heading: (running: number, waiting: number, estimate: number | undefined) =>
    `## Queue\n${s(running, "render")} running · ${waiting} waiting${estimate !== undefined && running + waiting > 0 ? ` · all done in about ${units.roughly(estimate)}` : ""}`,
  closed: (mode: Mode, by: string, at: number) =>
    mode === "paused"
      ? `⏸ **Paused** by <@${by}> ${ago(at)}. ${STAYS}`
      : `🚧 **Draining**, by <@${by}> ${ago(at)}. ${STAYS} New requests are refused.`,
  nothingVisible: "You have nothing in the queue.",
  others: (count: number) => `-# and ${s(count, "request")} from others`,
  row: (number: number, standing: string, backends: string[]) =>
    `**${number}.** ${standing} · ${backends.join(", ")}`,
  asker: (user: string, at: number) => `-# <@${user}> asked ${ago(at)}`,
  askedAt: (at: number) => `-# asked ${ago(at)}`,
  privatePrompt: "*a private request*",
  several: (rendered: number, renders: number) => `🎨 **Rendering** · ${rendered} of ${renders} done`,
  starting: "🎨 **Rendering**",
  delivering: "📨 **Being sent**",
  waitingForWorker: "⏸ **Waiting** until a GPU worker that renders this is online",
  waitingWhileClosed: (ahead: number) =>
    ahead === 0
      ? "⏸ **Waiting**, next in line once the queue runs again"
      : `⏸ **Waiting** · ${ahead} ahead, once the queue runs again`,

  // Actions
  selectCancel: "Cancel one…",
  refresh: "Refresh",
  cancelChoice: (backends: string, prompt: string) => `${backends}: ${prompt}`,
  cancelChoiceOf: (name: string, backends: string, prompt: string) => `${name} · ${backends}: ${prompt}`,
  privateChoice: "a private request",
  cancelled: "The request is cancelled.",
  paused: (running: number, waiting: number) =>
    `⏸ The queue is paused on every worker. ${running === 0 ? "Nothing was running" : `${s(running, "render")} that had begun will be finished`}; ${s(waiting, "render")} will wait until \`/queue resume\`. New requests are taken and wait too.`,
  drains: (running: number, waiting: number) =>
    `🚧 The queue is draining. ${running === 0 ? "Nothing was running" : `${s(running, "render")} that had begun will be finished`}; ${s(waiting, "render")} will wait until \`/queue resume\`. New requests are refused.`,
  resumed: (waiting: number) =>
    waiting === 0
      ? "▶ The queue is running again. Nothing was waiting."
      : `▶ The queue is running again, with ${s(waiting, "render")} waiting.`,
};
