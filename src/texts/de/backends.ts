/** What /backends says, in German. Every figure is one that was measured, by the name of how. */
import type { backends as english, State, Times } from "../en/backends.ts";
import { bold, code } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { bytes, fixed, number, s, seconds, setting } from "./words.ts";

const ids = (names: readonly string[]) => names.map(code).join(", ");
const gib = (value: number) => `${fixed(value, 1)} GiB`;

const STATES: Record<State, string> = {
  resident: "🟢 geladen",
  parked: "🟡 geparkt",
  absent: "⚪ bei Bedarf",
};
const PLACEMENTS = {
  resident: "ganz im Speicher",
  "model-offload": "Model Offload",
  "group-offload": "Group Offload",
};

const times = ({ median, min, max }: Times, jobs: number) =>
  jobs === 1
    ? `${seconds(median)} pro Bild (1 Job)`
    : `${seconds(median)} pro Bild (${seconds(min)} bis ${seconds(max)}, ${jobs} Jobs)`;

const comparisons = (count: number) => s(count, "Vergleich", "Vergleiche");

export const backends: Wording<typeof english> = {
  // The list
  heading: (shown, offered) =>
    shown === offered
      ? `## ${s(offered, "Backend", "Backends")}`
      : `## ${shown} von ${s(offered, "Backend", "Backends")} ${shown === 1 ? "passt" : "passen"}`,
  noWorkers:
    "Gerade ist kein GPU-Worker online, und was sich rendern lässt, sagen sie. Versuch es in ein paar Minuten noch einmal.",
  noneMatch: "Kein Backend passt. Lass eine Option weg oder nutze nur `/backends list`.",
  timesAre: (where) =>
    `-# Zeit: Median pro Bild (kleinster bis größter Wert) der letzten Jobs bei ${setting(where)}, ohne Laden. Speicher: die Gewichte des Transformers.`,
  noTimes:
    "-# Mit diesem Modell wurde noch nichts gerendert, darum gibt es keine Zeiten. Speicher: die Gewichte des Transformers.",
  articleIs: (url) =>
    `-# [Artikel](<${url}>): Spitze und Zeit pro Bild der ganzen Pipeline von FLUX.1-dev auf einer H100, 1024×1024, 50 Schritte.`,
  row: (label, id, bits, state) => `${bold(label)} \`${id}\` · ${number(bits)} Bit · ${STATES[state]}`,
  rowFigures: (weights, measured, article) =>
    `-# ${[
      weights === undefined && !measured ? "hier noch nicht gemessen" : "",
      weights === undefined ? "" : bytes(weights),
      measured
        ? times(measured.seconds, measured.jobs)
        : weights === undefined
          ? ""
          : "noch keine Zeit gemessen",
      article ? `Artikel ${gib(article.peakGib)}, ${number(article.seconds)} s` : "nicht im Artikel",
    ]
      .filter(Boolean)
      .join(" · ")}`,
  refusedHere: (names) =>
    `-# Läuft auf den GPU-Workern hier nicht: ${ids(names)}. Warum, sagt \`/backends show\`.`,
  buttonDetails: "Details",

  choice: (label, bits, weights, loaded) =>
    [
      label,
      `${number(bits)} Bit`,
      weights === undefined ? "" : `${bytes(weights)} Gewichte`,
      loaded ? "geladen" : "bei Bedarf",
    ]
      .filter(Boolean)
      .join(" · "),

  // One of them
  showHeading: (label, id) => `## ${label} \`${id}\``,
  nature: (family, bits, placement, execution) =>
    [
      family,
      `${number(bits)} Bit`,
      PLACEMENTS[placement],
      execution === "compiled" ? "mit torch.compile kompiliert" : "",
    ]
      .filter(Boolean)
      .join(" · "),
  onEngine: (device, state, weights) =>
    `${STATES[state]} auf ${device}${weights > 0 ? ` · ${bytes(weights)} Gewichte` : ""}`,
  notOnEngine: (device, reason) => `⛔ nicht auf ${device}: ${reason}`,
  measuredHeading: "**Hier gemessen, ohne Laden**",
  measuredAt: (model, where, figures, jobs) => `- ${times(figures, jobs)} bei ${setting(where)}, ${model}`,
  neverMeasured: "Damit wurde hier noch nichts gerendert.",
  loading: (median, count) =>
    `- Laden dauerte ${seconds(median)} (Median aus ${s(count, "Ladevorgang", "Ladevorgängen")})`,
  enginePeak: (count, measure) =>
    measure === "cuda-allocated"
      ? `- Spitze im neuesten Job: ${bytes(count)} belegter GPU-Speicher, mit allem, was sonst geladen war`
      : `- Spitze im neuesten Job: ${bytes(count)} Resident Set des Engine-Prozesses, mit allem, was sonst geladen war`,
  distances: (count, psnr, perceptual) =>
    `- Abstand zum Original aus ${s(count, "Vergleich", "Vergleichen")}: ${psnr === undefined ? "bei den meisten Bildern kein Unterschied" : `PSNR ${fixed(psnr, 1)} dB`}, DSSIM ${fixed(perceptual, 3)} (Mediane)`,
  inArticle: (url, row) =>
    `**Im [Artikel](<${url}>)**, FLUX.1-dev auf einer H100: ${gib(row.loadedGib)} nach dem Laden, ${gib(row.peakGib)} in der Spitze, ${number(row.seconds)} s pro Bild${row.compileSeconds === undefined ? "" : `, kompiliert in ${number(row.compileSeconds)} s`}.`,
  notInArticle: "Im Artikel stehen dazu keine Werte.",
  historyTitle: (label) => `${label}: die letzten Jobs`,
  historySubtitle: "Sekunden pro Bild ohne Laden, nach Größe, Schritten und Gerät",
  historyJobs: "Job, vom ältesten zum neuesten",
  historySeconds: "Sekunden pro Bild",
  historyGroup: (where) => setting(where),
  historyAlt: (label, jobs, lowest, highest) =>
    `Diagramm: Sekunden pro Bild ${jobs === 1 ? "des letzten Jobs" : `der letzten ${jobs} Jobs`} mit ${label}, von ${seconds(lowest)} bis ${seconds(highest)}.`,

  // The guide
  guideHeading: "## Welches Backend?",
  guideMemory: "**Wenig Speicher** · Gewichte des Transformers, hier gemessen",
  guideFastest: (where) => `**Am schnellsten** · Median pro Bild bei ${setting(where)}, ohne Laden`,
  guideFastestNone: "**Am schnellsten** · Mit diesem Modell wurde hier noch nichts gerendert.",
  guideClosest:
    "**Am nächsten am Original** · DSSIM von Bildern mit demselben Seed (0 ist identisch), gemessen von `/compare`",
  guideClosestNone:
    "**Am nächsten am Original** · Hier noch nicht gemessen: Jedes `/compare` mit dem Original misst es.",
  guideHardware: "**Hardware**",
  rank: (place, label, id, figure) => `${place}. ${label} \`${id}\` · ${figure}`,
  weights: (count) => bytes(count),
  time: (figures, jobs) => times(figures, jobs),
  distance: (perceptual, psnr, count) =>
    `${fixed(perceptual, 3)}${psnr === undefined ? "" : `, PSNR ${fixed(psnr, 1)} dB`} (${comparisons(count)})`,
  unmeasured: {
    memory: (names) => `-# Hier noch nie gemessen: ${ids(names)}`,
    fastest: (names) => `-# Hier so noch nie gemessen: ${ids(names)}`,
    closest: (names) => `-# Hier noch nie verglichen: ${ids(names)}`,
  },
  severalUnmeasured: {
    memory: (count) =>
      `-# ${s(count, "Backend", "Backends")} hier noch nie gemessen: siehe \`/backends guide for:wenig Speicher\``,
    fastest: (count) =>
      `-# ${s(count, "Backend", "Backends")} hier so noch nie gemessen: siehe \`/backends guide for:am schnellsten\``,
    closest: (count) =>
      `-# ${s(count, "Backend", "Backends")} hier noch nie verglichen: siehe \`/backends guide for:am nächsten am Original\``,
  },
  engine: (device, total, budget, runs, recipes) =>
    `- ${device}: ${bytes(total)} Speicher, davon ${bytes(budget)} für Backends; ${runs} von ${s(recipes, "Backend läuft", "Backends laufen")}`,
  cantRun: (names, reason) => `-# nicht ${ids(names)}: ${reason}`,
  standsIn: (names) => `-# mit Ersatz für den eigenen Kernel: ${ids(names)}`,
};
