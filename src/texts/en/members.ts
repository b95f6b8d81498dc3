/** What /me says. */
import { until } from "../markup.ts";
import { fixed, s, seconds } from "./words.ts";

const resets = (at: number | undefined) => (at === undefined ? "" : `, resets ${until(at)}`);
const of = (used: string, most: string | undefined) => (most === undefined ? used : `${used} of ${most}`);

export interface UsedNow {
  used: number;
  most: number | undefined;
  resetsAt: number | undefined;
}

export const members = {
  usageTitle: "**Your usage in this server**",
  usageEverywhere: "**Your usage in all servers**",
  minute: ({ used, most, resetsAt }: UsedNow) =>
    `Requests this minute: ${of(String(used), most?.toString())}${resets(resetsAt)}`,
  waiting: ({ used, most }: UsedNow) => `Waiting or running now: ${of(String(used), most?.toString())}`,
  gpu: ({ used, most, resetsAt }: UsedNow) =>
    `GPU seconds in 24 hours: ${of(fixed(used, 1), most?.toString())}${resets(resetsAt)}`,
  maximum: (steps: number | undefined, size: string | undefined) =>
    `At most: ${[steps === undefined ? "" : s(steps, "step"), size ? `the size ${size}` : ""].filter(Boolean).join(", ") || "what the model takes"}`,
  total: (requests: number, images: number, engineSeconds: number) =>
    `In all: ${s(requests, "request")}, ${s(images, "image")}, ${seconds(engineSeconds)} of GPU time`,
  counted: "-# What counts is the time measured when a request was done, loading included.",

  exported: "Here is everything that is kept about you, as JSON.",
  exportedPacked: "Here is everything that is kept about you, as JSON; packed with gzip, since it is large.",
  exportAlt: "Everything that is kept about you",
  exportTooLarge:
    "What is kept about you is too large for one file here. Use the command in a server that allows larger files.",

  confirmDelete:
    "This deletes what you asked for in every server: prompts, results, images and the messages with them, and your usage so far. Your votes in quizzes stay, without your name. Requests that wait or run are cancelled.\nIt can't be undone. `/me export` gives you a copy first.\n-# Limits that you have used up stay until they run out, within a day. What you changed as a moderator stays in the server's history. Private results on your screen are out of my reach: dismiss them yourself.",
  buttonDelete: "Delete everything about me",
  deleted: "Everything about you is deleted.",
  deletedPartly: (left: number) =>
    left === 1
      ? "One request did not stop yet. Everything else about you is deleted; use `/me delete` again in a minute."
      : `${left} requests did not stop yet. Everything else about you is deleted; use \`/me delete\` again in a minute.`,
};
