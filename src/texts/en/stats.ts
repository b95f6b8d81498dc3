/** What /stats says. Days are those of UTC, for everybody the same. */
import { bytes, fixed, number, percent, type Setting, s, seconds, setting } from "./words.ts";

const hours = (value: number) => (value < 3600 ? seconds(value) : `${fixed(value / 3600, 1)} h`);

export const stats = {
  selectChart: "Another chart…",
  charts: {
    backends: "Memory against time of every backend",
    jobs: "Renders a day",
    waits: "Waits in the queue",
    occupancy: "GPU occupancy",
  },
  more: (count: number) => `-# and ${count} more`,

  // Memory against time
  backendsHeading: "## Memory against time",
  hereTitle: "Measured here",
  hereNothing: "nothing has been rendered with this model yet",
  setting: (where: Setting) => setting(where),
  articleTitle: "The article",
  secondsAxis: "seconds an image",
  weightsAxis: (unit: string) => `transformer weights, ${unit}`,
  peakAxis: "peak of the whole pipeline, GiB",
  backendsNote: (url: string) =>
    `-# Time: median an image of the last jobs in that one setting, without loading. The [article](<${url}>) measured FLUX.1-dev.`,
  backendRow: (
    id: string,
    here: { weights: number; seconds: number; jobs: number } | undefined,
    article: { peakGib: number; seconds: number } | undefined,
  ) =>
    `\`${id}\` ${[
      here
        ? `${bytes(here.weights)}, ${seconds(here.seconds)} (${s(here.jobs, "job")})`
        : "not measured here",
      article ? `article ${fixed(article.peakGib, 1)} GiB, ${number(article.seconds)} s` : "",
    ]
      .filter(Boolean)
      .join(" · ")}`,
  backendsAlt: (measured: number, fastest: string | undefined, leanest: string | undefined) =>
    fastest === undefined || leanest === undefined
      ? "Two charts of memory against time: nothing has been measured here yet; beside it the 19 points of the article."
      : `Two charts of memory against time: ${s(measured, "backend")} measured here, of which ${fastest} is the fastest and ${leanest} takes the least memory; beside it the 19 points of the article.`,

  // By day
  nothing: (days: number) => `Nothing was rendered in the last ${s(days, "day")}.`,
  lastDays: (days: number) => `the last ${s(days, "day")}, UTC`,
  jobsHeading: (renders: number, images: number, days: number) =>
    `## ${s(renders, "render")}, ${s(images, "image")} in the last ${s(days, "day")}`,
  renders: "renders",
  images: "images",
  jobsAxis: "finished",
  jobsRow: (date: string, renders: number, images: number) =>
    `\`${date}\` ${s(renders, "render")}, ${s(images, "image")}`,
  jobsAlt: (days: number, renders: number, busiest: string, most: number) =>
    `Bar chart of the renders of each of the last ${s(days, "day")}: ${renders} in all, most on ${busiest} with ${most}.`,

  waitsHeading: (p50: number, p95: number, days: number) =>
    `## Half waited at most ${seconds(p50)}, 95% at most ${seconds(p95)}, in the last ${s(days, "day")}`,
  waitsNote: "-# From the submission until a worker took the render. The figures are right within 5%.",
  p50: "half waited at most (p50)",
  p95: "95% waited at most (p95)",
  waitsAxis: "seconds",
  waitsRow: (date: string, p50: number, p95: number, renders: number) =>
    `\`${date}\` p50 ${seconds(p50)} · p95 ${seconds(p95)} · ${s(renders, "render")}`,
  waitsAlt: (days: number, p50: number, p95: number) =>
    `Line chart of the waits of each of the last ${s(days, "day")}: over all of them half waited at most ${seconds(p50)} and 95% at most ${seconds(p95)}.`,

  occupancyHeading: (share: number, days: number) =>
    `## The engines (one per GPU) were busy ${percent(share)} of their time online in the last ${s(days, "day")}`,
  occupancyNote:
    "-# The time that engines spent on finished renders, loading included, as a share of the time in which they were ready.",
  busy: "busy",
  occupancyAxis: "% of the time online",
  occupancyRow: (date: string, share: number, busy: number, online: number) =>
    `\`${date}\` ${percent(share)} · ${hours(busy)} of ${hours(online)}`,
  occupancyAlt: (days: number, share: number) =>
    `Bar chart of how busy the engines (one per GPU) were on each of the last ${s(days, "day")}: ${percent(share)} of their time online over all of them.`,
};
