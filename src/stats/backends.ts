/** Memory against time of every backend, with the article's points beside. */
import { ARTICLE, ARTICLE_SETTING, ARTICLE_URL } from "../backends/article.ts";
import { ascending } from "../backends/listing.ts";
import { measuredOf } from "../backends/measured.ts";
import { memoryTimeChart } from "../plots/memoryTime.ts";
import type { Chart } from "./chart.ts";
import { withRows } from "./rows.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

export const backendsChart: Chart = async ({ redis, directory, t }) => {
  const ids = directory.offered.map(({ report }) => report.id);
  const { setting, figures } = await measuredOf(redis, ids, directory.model?.name);
  const here = directory.offered.flatMap(({ report, weightsBytes }) => {
    const found = figures.get(report.id);
    if (!found || weightsBytes === undefined) return [];
    return [{ id: report.id, weights: weightsBytes, seconds: found.seconds.median, jobs: found.jobs }];
  });
  const [unit, unitBytes] = here.some(({ weights }) => weights >= GIB) ? ["GiB", GIB] : ["MiB", MIB];
  const { number } = t.units;
  const picture = await memoryTimeChart({
    time: t.stats.secondsAxis,
    panels: [
      {
        title: t.stats.hereTitle,
        subtitle: setting ? t.stats.setting(setting) : t.stats.hereNothing,
        number,
        memory: t.stats.weightsAxis(unit),
        points: here.map(({ id, weights, seconds }) => ({ label: id, seconds, memory: weights / unitBytes })),
      },
      {
        title: t.stats.articleTitle,
        subtitle: t.stats.setting(ARTICLE_SETTING),
        number,
        memory: t.stats.peakAxis,
        points: Object.entries(ARTICLE).map(([label, row]) => ({
          ...{ label, seconds: row.seconds, memory: row.peakGib },
        })),
      },
    ],
  });
  const fastest = here.toSorted(ascending(({ seconds }) => seconds));
  const leanest = here.toSorted(ascending(({ weights }) => weights));
  const measured = new Map(here.map((point) => [point.id, point]));
  const shown = new Set([...fastest.map(({ id }) => id), ...Object.keys(ARTICLE)]);
  const rows = [...shown].map((id) => t.stats.backendRow(id, measured.get(id), ARTICLE[id]));
  return {
    content: withRows(t, t.stats.backendsHeading, rows, t.stats.backendsNote(ARTICLE_URL)),
    files: [
      {
        name: "memory-time.png",
        data: picture,
        description: t.stats.backendsAlt(here.length, fastest[0]?.id, leanest[0]?.id),
      },
    ],
  };
};
