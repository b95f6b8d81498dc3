/** What /stats says, in German. Days are those of UTC, for everybody the same. */
import type { stats as english } from "../en/stats.ts";
import type { Wording } from "../wording.ts";
import {
  bytes,
  days as daysOf,
  fixed,
  images as imagesOf,
  number,
  percent,
  s,
  seconds,
  setting,
} from "./words.ts";

const jobs = (count: number) => s(count, "Job", "Jobs");
const hours = (value: number) => (value < 3600 ? seconds(value) : `${fixed(value / 3600, 1)} h`);
/** After "in" and "an": the last so many days. */
const lastDays = (count: number) => (count === 1 ? "am letzten Tag" : `in den letzten ${count} Tagen`);
const each = (count: number) => (count === 1 ? "am letzten Tag" : `an jedem der letzten ${count} Tage`);

export const stats: Wording<typeof english> = {
  selectChart: "Anderes Diagramm …",
  charts: {
    backends: "Speicher und Zeit aller Backends",
    jobs: "Jobs pro Tag",
    waits: "Wartezeiten in der Warteschlange",
    occupancy: "GPU-Auslastung",
  },
  more: (count) => `-# und ${count} weitere`,

  // Memory against time
  backendsHeading: "## Speicher und Zeit",
  hereTitle: "Hier gemessen",
  hereNothing: "mit diesem Modell wurde noch nichts gerendert",
  setting: (where) => setting(where),
  articleTitle: "Der Artikel",
  secondsAxis: "Sekunden pro Bild",
  weightsAxis: (unit) => `Gewichte des Transformers, ${unit}`,
  peakAxis: "Spitze der ganzen Pipeline, GiB",
  backendsNote: (url) =>
    `-# Zeit: Median pro Bild der letzten Jobs mit genau dieser Einstellung, ohne Laden. Der [Artikel](<${url}>) hat FLUX.1-dev gemessen.`,
  backendRow: (id, here, article) =>
    `\`${id}\` ${[
      here ? `${bytes(here.weights)}, ${seconds(here.seconds)} (${jobs(here.jobs)})` : "hier nicht gemessen",
      article ? `Artikel ${fixed(article.peakGib, 1)} GiB, ${number(article.seconds)} s` : "",
    ]
      .filter(Boolean)
      .join(" · ")}`,
  backendsAlt: (measured, fastest, leanest) =>
    fastest === undefined || leanest === undefined
      ? "Zwei Diagramme, Speicher über Zeit: Hier wurde noch nichts gemessen; daneben die 19 Punkte des Artikels."
      : `Zwei Diagramme, Speicher über Zeit: ${s(measured, "Backend", "Backends")} hier gemessen, am schnellsten ist ${fastest}, am wenigsten Speicher braucht ${leanest}; daneben die 19 Punkte des Artikels.`,

  // By day
  nothing: (days) =>
    `${days === 1 ? "Am letzten Tag" : `In den letzten ${days} Tagen`} wurde nichts gerendert.`,
  lastDays: (days) => (days === 1 ? "der letzte Tag, UTC" : `die letzten ${daysOf(days)}, UTC`),
  jobsHeading: (renders, images, days) => `## ${jobs(renders)}, ${imagesOf(images)} ${lastDays(days)}`,
  renders: "Jobs",
  images: "Bilder",
  jobsAxis: "fertig",
  jobsRow: (date, renders, images) => `\`${date}\` ${jobs(renders)}, ${imagesOf(images)}`,
  jobsAlt: (days, renders, busiest, most) =>
    `Balkendiagramm der Jobs ${each(days)}: insgesamt ${renders}, die meisten am ${busiest}, nämlich ${most}.`,

  waitsHeading: (p50, p95, days) =>
    `## Die Hälfte wartete höchstens ${seconds(p50)}, ${percent(0.95)} höchstens ${seconds(p95)}, ${lastDays(days)}`,
  waitsNote: `-# Vom Absenden, bis ein GPU-Worker den Job nahm. Die Werte stimmen auf ${percent(0.05)} genau.`,
  p50: "die Hälfte wartete höchstens (p50)",
  p95: `${percent(0.95)} warteten höchstens (p95)`,
  waitsAxis: "Sekunden",
  waitsRow: (date, p50, p95, renders) =>
    `\`${date}\` p50 ${seconds(p50)} · p95 ${seconds(p95)} · ${jobs(renders)}`,
  waitsAlt: (days, p50, p95) =>
    `Liniendiagramm der Wartezeiten ${each(days)}: Über alle Tage wartete die Hälfte höchstens ${seconds(p50)}, ${percent(0.95)} warteten höchstens ${seconds(p95)}.`,

  occupancyHeading: (share, days) =>
    `## Die Engines (eine pro GPU) waren ${lastDays(days)} ${percent(share)} ihrer Online-Zeit beschäftigt`,
  occupancyNote:
    "-# Zeit, die Engines mit fertig gewordenen Jobs verbracht haben, das Laden inbegriffen, als Anteil der Zeit, in der sie bereit waren.",
  busy: "beschäftigt",
  occupancyAxis: "% der Online-Zeit",
  occupancyRow: (date, share, busy, online) =>
    `\`${date}\` ${percent(share)} · ${hours(busy)} von ${hours(online)}`,
  occupancyAlt: (days, share) =>
    `Balkendiagramm, wie beschäftigt die Engines (eine pro GPU) ${each(days)} waren: über alle Tage ${percent(share)} ihrer Online-Zeit.`,
};
