/** What 'Show details' says. */
import { bytes, number, s, seconds } from "./words.ts";

export const details = {
  notMine: "Only my own messages have details. Use this on a result of `/generate` or `/compare`.",
  nothing: "There is no result in this message. Use this on a result of `/generate` or `/compare`.",
  file: "The same and more as a file, exact to the last digit.",
  altFile: "Everything needed to make this result again, as JSON.",

  prompt: "prompt",
  settings: "settings",
  size: (width: number, height: number) => `${width}×${height}`,
  steps: (steps: number) => s(steps, "step"),
  guidance: (guidance: number) => `guidance ${number(guidance)}`,
  preset: "preset",
  backend: "backend",
  seeds: "seeds",
  model: "model",
  revision: (revision: string) => `revision ${revision}`,
  device: "device",
  versions: "versions",
  memory: "memory",
  weights: (count: number) => `weights ${bytes(count)}`,
  resident: (count: number) => `resident ${bytes(count)}`,
  peak: (count: number) => `peak ${bytes(count)}`,
  measures: { "cuda-allocated": "torch.cuda.memory_allocated", "process-rss": "resident set of the engine" },
  time: "time",
  load: (time: number) => `loading ${seconds(time)}`,
  unpark: (time: number) => `bringing back ${seconds(time)}`,
  encode: (time: number) => `prompt ${seconds(time)}`,
  denoise: (time: number, perStep: number) => `denoising ${seconds(time)} (${seconds(perStep)} a step)`,
  decode: (time: number) => `decoding ${seconds(time)}`,
  total: (time: number) => `in all ${seconds(time)}`,
  waited: (time: number) => `waited ${seconds(time)}`,
  notRendered: "not rendered",

  /** @param result a link to what it was made from, or its id */
  madeFrom: {
    seed: (result: string) => `Made from ${result}, with a new seed.`,
    backend: (result: string) => `Made from ${result}, on another backend.`,
    prompt: (result: string) => `Made from ${result}, with another prompt.`,
    "full-size": (result: string) => `Made from ${result}, rendered again for its full size.`,
    variations: (result: string, image: number) => `Made from ${result}: variations of its image ${image}.`,
  },
  linked: (url: string) => `[another result](${url})`,
};
