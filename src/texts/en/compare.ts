/** What /compare says. */
import type { Standing } from "../../queue/standing.ts";
import { marks, standings } from "../marks.ts";
import { code } from "../markup.ts";
import { fixed } from "./words.ts";

export const compare = {
  // Refusals
  setOrBackends: "Choose either a `set` or single backends, not both.",
  tooFew: (most: number) =>
    `A comparison needs 2 to ${most} backends. Choose a \`set\`, or name them in \`backend1\`, \`backend2\` and so on.`,
  twice: (backend: string) => `\`${backend}\` is named twice. Choose different backends.`,
  unknownSet: (sets: readonly string[]) =>
    `There is no such set. Choose one of ${sets.map(code).join(", ")}.`,
  emptySet: (set: string) =>
    `The workers online offer fewer than two backends for the set \`${set}\`. Choose another set, or single backends.`,
  nothingMeasured:
    "Nothing has been measured here yet, so nobody knows which backends are fastest. Choose another set, or render with a few backends first.",
  gone: "The images of this comparison are no longer stored. Use **Again** on it, or type `/compare`.",
  noPair: "These two images are not a pair of this comparison.",

  // Progress
  progress: (rendered: number, renders: number) => `🎨 **Comparing** · ${rendered} of ${renders} rendered`,
  /** One backend's line while the comparison runs. */
  backend: (standing: Standing, label: string, doing: string) =>
    `${standings[standing]} ${label}${doing && ` · ${doing}`}`,
  loading: "loading",
  step: (step: number, steps: number) => `step ${step} of ${steps}`,

  // Results
  title: (backends: number) => (backends === 1 ? "One backend" : `Comparison of ${backends} backends`),
  heads: ["Backend", "Weights", "Peak", "Time", "PSNR", "DSSIM"],
  memory: "Weights: of the transformer.",
  peak: {
    "cuda-allocated": "Peak: GPU memory allocated by the whole engine, all loaded backends included.",
    "process-rss": "Peak: the whole engine process (resident set), all loaded backends included.",
  },
  devices: (devices: string[]) => `Rendered on ${devices.join(", ")}.`,
  time: "Time: of the image, loading left out.",
  difference: (first: string) =>
    `PSNR (dB, higher is closer) and DSSIM (0 is identical) measure the difference to ${first}.`,
  noneRendered: "No backend rendered an image.",
  pictureGone: "Its image is no longer stored.",
  failedBackend: (label: string, reason: string) => `${marks.refused} **${label}** · ${reason}`,
  cancelledBackend: (label: string) => `${marks.cancelled} **${label}** · not rendered`,
  alt: (labels: string[], prompt: string) =>
    `The same prompt and seed rendered by ${labels.length} backends, in rows from left to right: ${labels.join("; ")}. Prompt: ${prompt}`,

  // Views of a pair
  pair: (a: string, b: string, psnr: number, dssim: number) =>
    Number.isFinite(psnr)
      ? `**${a}** and **${b}** · PSNR ${fixed(psnr, 1)} dB · DSSIM ${fixed(dssim, 3)}`
      : `**${a}** and **${b}** are identical, pixel by pixel.`,
  choosePair: "Another pair…",
  amplified: (gain: number) => `Difference × ${gain}`,
  altDifference: (a: string, b: string, gain: number) =>
    `${a}, ${b}, and the difference of each pixel, amplified ${gain} times: black where both are the same.`,
  altFlicker: (a: string, b: string) => `An animation that alternates between ${a} and ${b}.`,

  // Buttons
  buttonDifference: "Difference",
  buttonFlicker: "Flicker",
};
