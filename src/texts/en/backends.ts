/** What /backends says. Every figure is one that was measured, by the name of how. */
import { bold, code } from "../markup.ts";
import { bytes, fixed, number, type Setting, s, seconds, setting } from "./words.ts";

const ids = (names: readonly string[]) => names.map(code).join(", ");
const gib = (value: number) => `${fixed(value, 1)} GiB`;

export type State = "resident" | "parked" | "absent";
export interface Times {
  median: number;
  min: number;
  max: number;
}

const STATES: Record<State, string> = {
  resident: "🟢 loaded",
  parked: "🟡 parked",
  absent: "⚪ on demand",
};
const PLACEMENTS = {
  resident: "wholly in memory",
  "model-offload": "model offload",
  "group-offload": "group offload",
};

const times = ({ median, min, max }: Times, jobs: number) =>
  jobs === 1
    ? `${seconds(median)} an image (1 job)`
    : `${seconds(median)} an image (${seconds(min)} to ${seconds(max)}, ${jobs} jobs)`;

export const backends = {
  // The list
  heading: (shown: number, offered: number) =>
    shown === offered
      ? `## ${s(offered, "backend")}`
      : `## ${shown} of ${s(offered, "backend")} match what you asked for`,
  noWorkers:
    "No GPU worker is online right now, and what can be rendered is what they offer. Try again in a few minutes.",
  noneMatch: "No backend matches. Leave out an option, or use `/backends list` alone.",
  timesAre: (where: Setting) =>
    `-# Time: median an image (lowest to highest) of the last jobs at ${setting(where)}, without loading. Memory: the transformer's weights.`,
  noTimes:
    "-# Nothing has been rendered with this model yet, so there are no times. Memory: the transformer's weights.",
  articleIs: (url: string) =>
    `-# [Article](<${url}>): peak and time an image of the whole FLUX.1-dev pipeline on an H100, 1024×1024, 50 steps.`,
  row: (label: string, id: string, bits: number, state: State) =>
    `${bold(label)} \`${id}\` · ${number(bits)}-bit · ${STATES[state]}`,
  rowFigures: (
    weights: number | undefined,
    measured: { seconds: Times; jobs: number } | undefined,
    article: { peakGib: number; seconds: number } | undefined,
  ) =>
    `-# ${[
      weights === undefined && !measured ? "not measured here yet" : "",
      weights === undefined ? "" : bytes(weights),
      measured ? times(measured.seconds, measured.jobs) : weights === undefined ? "" : "no time measured yet",
      article ? `article ${gib(article.peakGib)}, ${number(article.seconds)} s` : "not in the article",
    ]
      .filter(Boolean)
      .join(" · ")}`,
  refusedHere: (names: string[]) =>
    `-# Can't run on these workers: ${ids(names)}. \`/backends show\` says why.`,
  buttonDetails: "Details",

  /** In a menu: no more than a line. */
  choice: (label: string, bits: number, weights: number | undefined, loaded: boolean) =>
    [
      label,
      `${number(bits)}-bit`,
      weights === undefined ? "" : `${bytes(weights)} weights`,
      loaded ? "loaded" : "on demand",
    ]
      .filter(Boolean)
      .join(" · "),

  // One of them
  showHeading: (label: string, id: string) => `## ${label} \`${id}\``,
  nature: (
    family: string,
    bits: number,
    placement: keyof typeof PLACEMENTS,
    execution: "eager" | "compiled",
  ) =>
    [
      family,
      `${number(bits)}-bit`,
      PLACEMENTS[placement],
      execution === "compiled" ? "compiled with torch.compile" : "",
    ]
      .filter(Boolean)
      .join(" · "),
  onEngine: (device: string, state: State, weights: number) =>
    `${STATES[state]} on ${device}${weights > 0 ? ` · ${bytes(weights)} weights` : ""}`,
  notOnEngine: (device: string, reason: string) => `⛔ not on ${device}: ${reason}`,
  measuredHeading: "**Measured here, without loading**",
  measuredAt: (model: string, where: Setting, figures: Times, jobs: number) =>
    `- ${times(figures, jobs)} at ${setting(where)}, ${model}`,
  neverMeasured: "Nothing has been rendered with it here yet.",
  loading: (median: number, times: number) =>
    `- loading took ${seconds(median)} (median of ${s(times, "time")})`,
  enginePeak: (count: number, measure: "cuda-allocated" | "process-rss") =>
    measure === "cuda-allocated"
      ? `- peak of its newest job: ${bytes(count)} GPU memory allocated, with all else that was loaded`
      : `- peak of its newest job: ${bytes(count)} resident set of the engine process, with all else that was loaded`,
  distances: (comparisons: number, psnr: number | undefined, perceptual: number) =>
    `- from the original, in ${s(comparisons, "comparison")}: ${psnr === undefined ? "no difference in most images" : `PSNR ${fixed(psnr, 1)} dB`}, DSSIM ${fixed(perceptual, 3)} (medians)`,
  inArticle: (
    url: string,
    row: { loadedGib: number; peakGib: number; seconds: number; compileSeconds?: number },
  ) =>
    `**In the [article](<${url}>)**, FLUX.1-dev on an H100: ${gib(row.loadedGib)} after loading, ${gib(row.peakGib)} at the peak, ${number(row.seconds)} s an image${row.compileSeconds === undefined ? "" : `, compiled in ${number(row.compileSeconds)} s`}.`,
  notInArticle: "The article has no figures for it.",
  historyTitle: (label: string) => `${label}: the last jobs`,
  historySubtitle: "Seconds an image without loading, by size, steps and device",
  historyJobs: "job, from the oldest to the newest",
  historySeconds: "seconds an image",
  historyGroup: (where: Setting) => setting(where),
  historyAlt: (label: string, jobs: number, lowest: number, highest: number) =>
    `Chart: seconds an image of the last ${s(jobs, "job")} with ${label}, from ${seconds(lowest)} to ${seconds(highest)}.`,

  // The guide
  guideHeading: "## Which backend?",
  guideMemory: "**Least memory** · weights of the transformer, as measured here",
  guideFastest: (where: Setting) => `**Fastest** · median an image at ${setting(where)}, without loading`,
  guideFastestNone: "**Fastest** · nothing has been rendered with this model here yet.",
  guideClosest:
    "**Closest to the original** · DSSIM of the same seed's images (0 is identical), measured by `/compare`",
  guideClosestNone:
    "**Closest to the original** · not measured here yet: every `/compare` with the original in it measures it.",
  guideHardware: "**Hardware**",
  rank: (place: number, label: string, id: string, figure: string) =>
    `${place}. ${label} \`${id}\` · ${figure}`,
  weights: (count: number) => bytes(count),
  time: (figures: Times, jobs: number) => times(figures, jobs),
  distance: (perceptual: number, psnr: number | undefined, comparisons: number) =>
    `${fixed(perceptual, 3)}${psnr === undefined ? "" : `, PSNR ${fixed(psnr, 1)} dB`} (${s(comparisons, "comparison")})`,
  unmeasured: {
    memory: (names: string[]) => `-# Never measured here: ${ids(names)}`,
    fastest: (names: string[]) => `-# Never measured here in that setting: ${ids(names)}`,
    closest: (names: string[]) => `-# Never compared here: ${ids(names)}`,
  },
  severalUnmeasured: {
    memory: (count: number) =>
      `-# ${s(count, "backend")} never measured here: see \`/backends guide for:least memory\``,
    fastest: (count: number) =>
      `-# ${s(count, "backend")} never measured here in that setting: see \`/backends guide for:fastest\``,
    closest: (count: number) =>
      `-# ${s(count, "backend")} never compared here: see \`/backends guide for:closest to the original\``,
  },
  engine: (device: string, total: number, budget: number, runs: number, recipes: number) =>
    `- ${device}: ${bytes(total)} memory, ${bytes(budget)} of it for backends; runs ${runs} of ${s(recipes, "backend")}`,
  cantRun: (names: string[], reason: string) => `-# not ${ids(names)}: ${reason}`,
  standsIn: (names: string[]) => `-# with something in the place of their own kernel: ${ids(names)}`,
};
