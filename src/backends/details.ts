/** /backends show: all that is known of one backend, and the history of its jobs as a chart. */
import type { Redis } from "ioredis";
import type { OutgoingMessage } from "../discord/messages.ts";
import { historyChart } from "../plots/history.ts";
import { Refusal } from "../refusal.ts";
import { readDistances } from "../store/distances.ts";
import { type Duration, readDurations } from "../store/durations.ts";
import { present } from "../store/presence.ts";
import { told } from "../texts/notices.ts";
import type { Texts } from "../texts/texts.ts";
import { ARTICLE, ARTICLE_URL } from "./article.ts";
import { closenessOf } from "./closeness.ts";
import { reasonOf } from "./directory.ts";
import { figuresOf, secondsAnImage, settingsOf } from "./measured.ts";
import { median } from "./median.ts";
import type { EnginePresence } from "./presence.ts";

/** More would be read neither in the text nor in the chart. */
const SETTINGS_SHOWN = 4;
/** Two points make no history. */
const HISTORY_FROM = 3;

/** @throws Refusal when no worker knows it */
export async function detailsMessage(redis: Redis, t: Texts, asked: string): Promise<OutgoingMessage> {
  const id = asked.trim().toLowerCase();
  const [workers, jobs, distances] = await Promise.all([
    present(redis),
    readDurations(redis, id),
    readDistances(redis, id),
  ]);
  const engines = workers.flatMap((worker) => worker.engines);
  const known = engines.flatMap(({ recipes }) => recipes.filter((recipe) => recipe.id === id));
  const report = known.find(({ runnable }) => runnable) ?? known[0];
  if (!report) {
    const offered = engines.flatMap(({ recipes }) => recipes.map((recipe) => recipe.id));
    throw new Refusal((t) => t.unknownBackend(id, [...new Set(offered)]));
  }
  const { label, family, bits, placement, execution } = report;
  const article = ARTICLE[id];
  const closeness = closenessOf(distances);
  const standIn = known.find((recipe) => recipe.runnable && recipe.standIn)?.standIn;
  const lines = [
    t.backends.showHeading(label, id),
    t.backends.nature(family, bits, placement, execution),
    ...engines.flatMap((engine) => onEngine(t, engine, id)),
    ...(standIn ? [`-# ${told(t, standIn)}`] : []),
    "",
    ...measured(t, jobs),
    ...(closeness ? [t.backends.distances(closeness.comparisons, closeness.psnr, closeness.perceptual)] : []),
    "",
    article ? t.backends.inArticle(ARTICLE_URL, article) : t.backends.notInArticle,
  ];
  return { content: lines.join("\n"), files: await history(t, label, jobs) };
}

function onEngine(t: Texts, { deviceName, device, recipes, pool }: EnginePresence, id: string): string[] {
  const report = recipes.find((recipe) => recipe.id === id);
  if (!report) return [];
  const name = `${deviceName} (${device})`;
  if (!report.runnable) return [t.backends.notOnEngine(name, told(t, reasonOf(report)))];
  const variant = pool.find(({ recipe }) => recipe === id);
  return [t.backends.onEngine(name, variant?.state ?? "absent", variant?.weightsBytes ?? 0)];
}

function measured(t: Texts, jobs: readonly Duration[]): string[] {
  const [newest] = jobs;
  if (!newest) return [t.backends.neverMeasured];
  const settings = settingsOf(jobs).slice(0, SETTINGS_SHOWN);
  const loads = jobs.map(({ loadSeconds }) => loadSeconds).filter((seconds) => seconds > 0);
  const load = median(loads);
  return [
    t.backends.measuredHeading,
    ...settings.flatMap(({ setting, jobs: those }) => {
      const figures = figuresOf(those);
      return figures ? [t.backends.measuredAt(setting.model, setting, figures.seconds, figures.jobs)] : [];
    }),
    ...(load === undefined ? [] : [t.backends.loading(load, loads.length)]),
    t.backends.enginePeak(newest.peakBytes, newest.measure),
  ];
}

async function history(
  t: Texts,
  label: string,
  newestFirst: readonly Duration[],
): Promise<NonNullable<OutgoingMessage["files"]>> {
  if (newestFirst.length < HISTORY_FROM) return [];
  const numbers = new Map(newestFirst.map((job, index) => [job, newestFirst.length - index]));
  const groups = settingsOf(newestFirst)
    .slice(0, SETTINGS_SHOWN)
    .map(({ setting, jobs }) => ({
      name: t.backends.historyGroup(setting),
      points: jobs.map((job) => ({ job: numbers.get(job) ?? 0, seconds: secondsAnImage(job) })),
    }));
  const chart = await historyChart({
    title: t.backends.historyTitle(label),
    subtitle: t.backends.historySubtitle,
    number: t.units.number,
    jobs: t.backends.historyJobs,
    seconds: t.backends.historySeconds,
    groups,
  });
  const times = groups.flatMap(({ points }) => points.map(({ seconds }) => seconds));
  const alt = t.backends.historyAlt(label, times.length, Math.min(...times), Math.max(...times));
  return [{ name: "history.png", data: chart, description: alt }];
}
