/** What /generate, its buttons and every refusal say. Arguments are plain values; nothing here decides anything. */

import { marks } from "../marks.ts";
import { bold, code, plain } from "../markup.ts";
import { bytes, number, percent, s, seconds, units } from "./words.ts";

export const core = {
  refused: (reason: string) => `${marks.refused} ${reason}`,

  // Refusals
  onlyInServers: "This only works in a server.",
  leftServer:
    "You have left the server that this result is from, or the bot has, so nothing more can be made from it here.",
  managersOnly: "Only members with the permission **Manage Server** can do this.",
  permissions: {
    ViewChannel: "View Channel",
    AttachFiles: "Attach Files",
    SendMessages: "Send Messages",
    SendMessagesInThreads: "Send Messages in Threads",
    CreatePublicThreads: "Create Public Threads",
  },
  missingPermissions: (names: string[]) =>
    `I can't answer in this channel without ${names.map(bold).join(", ")}. Ask a moderator to allow it, or use another channel.`,
  redisAway: "The queue can't be reached right now, so nothing was queued. Try again in a minute.",
  redisAwayNow: "The queue can't be reached right now. Try again in a minute.",
  redisSlow:
    "The queue did not answer in time. If it took your request after all, the result appears here; otherwise try again in a minute.",
  noWorkers: "No GPU worker is online right now, so nothing was queued. Try again in a few minutes.",
  workersFailing: (problem: string) =>
    `The GPU workers can't render at the moment. Tell whoever runs them what they report: “${problem}”`,
  workersStarting: "The GPU workers are still starting. Try again in a few seconds.",
  workersFetching: (name: string, done: number, total: number) =>
    `A GPU worker is downloading ${name}: ${bytes(done)} of ${bytes(total)}. Try again later.`,
  nothingOffered:
    "No backend can run on the GPU workers that are online. `/backends show` says why; tell whoever runs them.",
  unknownBackend: (name: string, offered: string[]) =>
    `There is no backend ${code(plain(name))} here. Offered: ${offered.map(code).join(", ")}.`,
  backendUnavailable: (name: string, reason: string) =>
    `\`${name}\` can't run on this server's workers: ${reason}`,
  unknownSize: (size: string, sizes: string[]) =>
    `The size ${code(plain(size))} can't be drawn here. Choose one of ${sizes.join(", ")}.`,
  stepsOutOfRange: (min: number, max: number) => `\`steps\` must be from ${min} to ${max} here.`,
  guidanceOutOfRange: (min: number, max: number) =>
    `\`guidance\` must be from ${min} to ${max} for this model.`,
  noGuidance: "This model takes no guidance. Leave `guidance` out.",
  imagesOutOfRange: (max: number) => `\`images\` must be from 1 to ${max}.`,
  seedOutOfRange: (max: number) => `\`seed\` must be a whole number from 0 to ${max}.`,
  promptTooLong: (max: number) => `The prompt is longer than ${max} characters. Shorten it.`,
  emptyPrompt: "The prompt is empty. Describe an image in a few words.",
  queueFull: (waiting: number) =>
    `The queue is full (${s(waiting, "request")} waiting). Nothing was queued; try again later.`,
  memberFull: (waiting: number) =>
    `You already have ${s(waiting, "request")} waiting. Wait for one to finish, or cancel one.`,
  unexpected: (id: string) =>
    `Something went wrong on our side (reference \`${id}\`). Try again in a moment.`,
  recordGone: "This result is too old for that. Type `/generate` again.",
  noVariation: "There is no such variation of this result.",
  notYours: "Only the member who asked, or a moderator of its channel, can do this.",
  notYourRequest: "Only the member who asked can do this.",
  alreadyDone: "This request is already finished.",
  notDoneYet: "This request is still running. Cancel it first.",

  // Progress
  waiting: (ahead: number | undefined, estimate: number | undefined) =>
    [
      "⏳ **Waiting**",
      ahead === undefined ? "" : ahead === 0 ? "next in line" : `${ahead} ahead`,
      ahead && estimate !== undefined ? `about ${units.roughly(estimate)}` : "",
    ]
      .filter(Boolean)
      .join(" · "),
  loading: (backend: string) => `📦 **Loading** ${backend}`,
  rendering: (image: number, images: number, step: number, steps: number) =>
    `🎨 **Rendering**${images > 1 ? ` image ${image} of ${images}` : ""} · step ${step} of ${steps}`,
  interrupted: "🔁 **Interrupted** · the image engine stopped. This begins again as soon as one is ready.",
  willNotify: "You will be told when it is done.",

  // Results
  settings: (
    images: number | undefined,
    size: string,
    steps: number,
    guidance: number | undefined,
    seed: string,
  ) =>
    [
      images === undefined ? "" : s(images, "image"),
      size,
      s(steps, "step"),
      guidance === undefined ? "" : `guidance ${number(guidance)}`,
      `seed ${seed}`,
    ]
      .filter(Boolean)
      .join(" · "),
  time: (total: number, perImage: number, waited: number) =>
    `⏱ ${seconds(perImage)} an image, ${seconds(total)} in all · waited ${seconds(waited)}`,
  loaded: (time: number) => `loaded in ${seconds(time)}`,
  switched: (time: number) => `brought back in ${seconds(time)}`,
  weights: (count: number) => `🧠 transformer weights ${bytes(count)}`,
  memory: {
    "cuda-allocated": (resident: number, peak: number) =>
      `GPU memory allocated ${bytes(resident)} resident, ${bytes(peak)} peak`,
    "process-rss": (resident: number, peak: number) =>
      `engine process (resident set) ${bytes(resident)}, ${bytes(peak)} peak`,
  },
  on: (device: string) => `on ${device}`,
  preview: "A preview: the lossless image is too large for Discord here.",
  textEncoder: (precision: string) => `The prompt was read by T5 in ${precision}, as for every backend here.`,
  truncated: (tokens: number) => `The prompt was ${s(tokens, "token")} too long; its end was not read.`,
  cancelled: (by: string) => `${marks.cancelled} **Cancelled** by <@${by}>`,
  failed: (reason: string) => `${marks.refused} **Failed** · ${reason}`,
  failedUnknown: "The worker could not finish this. Try again, or try another backend.",
  done: (user: string, hasImages: boolean) =>
    hasImages ? `<@${user}>, your images are ready.` : `<@${user}>, your request has failed, see there.`,
  sentHereInstead: (channel: string) =>
    `I could not answer in <#${channel}> any more, so here is your result.`,
  privateInstead:
    "Your private result took longer than Discord lets me answer in the channel, so here it is.",
  fullSize: "Full-size images, lossless:",
  fullSizeAgain:
    "The full-size images were no longer stored, so they were rendered again from the same seed.",
  fullSizeChanged:
    "The preset that is set here has changed since, so these images can't be rendered again. Use **Again, new seed**.",
  kept: (count: number) => `Here ${count === 1 ? "is the result" : `are the ${count} results`} kept for you.`,
  nothingKept: "Nothing is kept for you.",
  keptGone: "The images of this result are no longer stored. Use **Again** on it, or type `/generate`.",
  altGrid: (count: number, backend: string, prompt: string) =>
    `${count === 1 ? "An image" : `A grid of ${count} images`} rendered with ${backend}: ${prompt}`,
  altPreview: (prompt: string) => `What the image looks like so far, coarse and blurred: ${prompt}`,
  variedSeed: (seed: number, by: number) => `${seed}, varied by ${percent(by)}`,
  variation: {
    slight: (image: number | undefined) =>
      `${image === undefined ? "" : `Image ${image}, `}slightly different`,
    strong: (image: number | undefined) =>
      `${image === undefined ? "" : `Image ${image}, `}clearly different`,
  },
  promptFormTitle: "Change the prompt",
  promptFormLabel: "What the image shows",
  promptFormHint: "Rendered from the same seed, so that the change is what you see.",
  altImage: (index: number, backend: string, prompt: string) =>
    `Image ${index}, rendered with ${backend}: ${prompt}`,

  // Buttons
  buttonAgain: "Again, new seed",
  buttonPrompt: "Change prompt",
  buttonFull: "Full size",
  buttonCancel: "Cancel",
  buttonNotify: "Notify me",
  buttonDelete: "Delete",
  selectVariations: "Four variations of…",
  selectBackend: "Same seed on another backend…",
};
