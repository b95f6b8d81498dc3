/** Every sentence that people read on Discord, in English. Arguments are plain values; nothing here decides anything. */
import { marks } from "./marks.ts";
import { bytes, seconds } from "./units.ts";

const s = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export const en = {
  refused: (reason: string) => `${marks.refused} ${reason}`,

  // Refusals
  onlyInServers: "This works in a server only.",
  missingPermissions: (names: string[]) =>
    `I can't answer in this channel: I lack ${names.map((name) => `**${name}**`).join(", ")}. Ask a moderator to allow it, or use another channel.`,
  redisAway: "The queue can't be reached right now, so nothing was queued. Try again in a minute.",
  redisAwayNow: "The queue can't be reached right now. Try again in a minute.",
  redisSlow:
    "The queue did not answer in time. If it took your request after all, the result appears here; otherwise try again in a minute.",
  noWorkers: "No GPU worker is online right now, so nothing was queued. Try again in a few minutes.",
  workersFailing: (problem: string) => `The GPU worker can't render at the moment: ${problem}`,
  workersStarting: "The GPU worker is still starting. Try again in a few seconds.",
  unknownBackend: (name: string, offered: string[]) =>
    `There is no backend \`${name}\` here. Offered: ${offered.map((id) => `\`${id}\``).join(", ")}.`,
  backendUnavailable: (name: string, reason: string) =>
    `\`${name}\` can't run on this server's workers: ${reason}`,
  unknownSize: (size: string, sizes: string[]) =>
    `The size \`${size}\` is none that the model draws. Choose one of ${sizes.join(", ")}.`,
  stepsOutOfRange: (min: number, max: number) => `\`steps\` must be from ${min} to ${max} for this model.`,
  guidanceOutOfRange: (min: number, max: number) =>
    `\`guidance\` must be from ${min} to ${max} for this model.`,
  noGuidance: "This model takes no guidance. Leave `guidance` out.",
  imagesOutOfRange: (max: number) => `\`images\` must be from 1 to ${max}.`,
  seedOutOfRange: (max: number) => `\`seed\` must be a whole number from 0 to ${max}.`,
  promptTooLong: (max: number) => `The prompt is longer than ${max} characters. Shorten it.`,
  emptyPrompt: "The prompt is empty. Describe a picture in a few words.",
  queueFull: (waiting: number) =>
    `The queue is full (${s(waiting, "request")} waiting). Nothing was queued; try again later.`,
  memberFull: (waiting: number) =>
    `You have ${s(waiting, "request")} waiting already. Wait for one to finish, or cancel one.`,
  unexpected: (id: string) =>
    `Something went wrong on our side (reference \`${id}\`). Try again in a moment.`,
  recordGone: "This result is too old to work with. Type `/generate` again.",
  notYours: "Only the member who asked, or a moderator, can do this.",
  notYourRequest: "Only the member who asked can do this.",
  alreadyDone: "This request is finished already.",
  notDoneYet: "This request is still running. Cancel it first.",

  // Progress
  waiting: (ahead: number | undefined, estimate: number | undefined) =>
    [
      "⏳ **Waiting**",
      ahead === undefined ? "" : ahead === 0 ? "next in line" : `${ahead} ahead`,
      ahead && estimate !== undefined ? `about ${seconds(estimate)}` : "",
    ]
      .filter(Boolean)
      .join(" · "),
  loading: (backend: string) => `📦 **Loading** ${backend}`,
  rendering: (image: number, images: number, step: number, steps: number) =>
    `🎨 **Rendering**${images > 1 ? ` image ${image} of ${images}` : ""} · step ${step} of ${steps}`,
  willNotify: "You will be told when it is done.",

  // Results
  settings: (images: number, size: string, steps: number, guidance: number | undefined, seed: string) =>
    [
      s(images, "image"),
      size,
      s(steps, "step"),
      guidance === undefined ? "" : `guidance ${guidance}`,
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
  truncated: (tokens: number) => `The prompt was ${s(tokens, "token")} too long; its end was not read.`,
  cancelled: (by: string) => `${marks.cancelled} **Cancelled** by <@${by}>`,
  failed: (reason: string) => `${marks.refused} **Failed** · ${reason}`,
  failedStalled:
    "The worker went away several times while rendering this. Try again, or try another backend.",
  failedUnknown: "The worker could not finish this. Try again, or try another backend.",
  done: (user: string) => `<@${user}> your images are ready.`,
  sentHereInstead: (channel: string) =>
    `I could not answer in <#${channel}> any more, so here is your result.`,
  privateInstead:
    "Your private result took longer than Discord lets me answer in the channel, so here it is.",
  fullSize: "Full-size images, lossless:",
  fullSizeAgain: "The full-size images had left the store, so they were rendered again from the same seed.",
  kept: (count: number) => `Here ${count === 1 ? "is the result" : `are the ${count} results`} kept for you.`,
  nothingKept: "Nothing is kept for you.",
  keptGone: "The images of this result have left the store. Use **Again** on it, or type `/generate`.",
  altGrid: (count: number, backend: string, prompt: string) =>
    `${count === 1 ? "An image" : `A grid of ${count} images`} rendered with ${backend}: ${prompt}`,
  altImage: (index: number, backend: string, prompt: string) =>
    `Image ${index}, rendered with ${backend}: ${prompt}`,

  // Buttons
  buttonAgain: "Again, new seed",
  buttonFull: "Full size",
  buttonCancel: "Cancel",
  buttonNotify: "Notify me",
  buttonDelete: "Delete",
  selectBackend: "Same seed on another backend…",
} as const;
