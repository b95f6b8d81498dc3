/** What the workers did each day: renders, waits, occupancy. */
import type { OutgoingMessage } from "../discord/messages.ts";
import { barChart, type Daily, lineChart } from "../plots/daily.ts";
import { type Day, readDays } from "../store/daily.ts";
import { quantile } from "../store/histogram.ts";
import type { Texts } from "../texts/texts.ts";
import type { Chart, ChartPorts } from "./chart.ts";
import { withRows } from "./rows.ts";

/** What a chart makes of days of which at least one has something to show. */
interface Told {
  draw: (daily: Daily) => Promise<Buffer>;
  plot: Pick<Daily, "unit" | "series" | "max">;
  heading: string;
  note: string;
  /** From the newest day to the oldest. */
  rows: string[];
  alt: string;
}

/**
 * @param counts whether a day has something to show
 * @param tell gets all days, oldest first, and those that count, newest first
 */
function daily(
  name: keyof Texts["stats"]["charts"],
  counts: (day: Day) => boolean,
  tell: (t: Texts, days: readonly Day[], counting: readonly Day[]) => Told,
): Chart {
  return async ({ redis, t, days: count }: ChartPorts): Promise<OutgoingMessage> => {
    const days = await readDays(redis, count, Date.now());
    const counting = days.filter(counts).toReversed();
    if (counting.length === 0) return { content: t.stats.nothing(count) };
    const { draw, plot, heading, note, rows, alt } = tell(t, days, counting);
    const title = t.stats.charts[name];
    const dates = days.map(({ date }) => date);
    const { number } = t.units;
    const data = await draw({ title, subtitle: t.stats.lastDays(count), number, dates, ...plot });
    return {
      content: withRows(t, heading, rows, note),
      files: [{ name: `${name}.png`, data, description: alt }],
    };
  };
}

const sum = (days: readonly Day[], figure: (day: Day) => number): number =>
  days.reduce((total, day) => total + figure(day), 0);

export const jobsChart = daily(
  "jobs",
  ({ renders }) => renders > 0,
  (t, days, counting) => {
    const renders = sum(days, (day) => day.renders);
    const busiest = counting.reduce((most, day) => (day.renders > most.renders ? day : most));
    return {
      draw: barChart,
      plot: {
        unit: t.stats.jobsAxis,
        series: [
          { name: t.stats.renders, values: days.map((day) => day.renders) },
          { name: t.stats.images, values: days.map((day) => day.images) },
        ],
      },
      heading: t.stats.jobsHeading(
        renders,
        sum(days, (day) => day.images),
        days.length,
      ),
      note: "",
      rows: counting.map((day) => t.stats.jobsRow(day.date, day.renders, day.images)),
      alt: t.stats.jobsAlt(days.length, renders, busiest.date, busiest.renders),
    };
  },
);

/** Of days of which at least one has waits. */
function waitOf(days: readonly Day[], q: number): number {
  const counts = new Map<number, number>();
  for (const { waits } of days)
    for (const [bucket, count] of waits) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return quantile(counts, q) ?? 0;
}

export const waitsChart = daily(
  "waits",
  ({ waits }) => waits.size > 0,
  (t, days, counting) => {
    const [p50, p95] = [waitOf(days, 0.5), waitOf(days, 0.95)];
    const values = (q: number) => days.map(({ waits }) => quantile(waits, q) ?? null);
    return {
      draw: lineChart,
      plot: {
        unit: t.stats.waitsAxis,
        series: [
          { name: t.stats.p50, values: values(0.5) },
          { name: t.stats.p95, values: values(0.95) },
        ],
      },
      heading: t.stats.waitsHeading(p50, p95, days.length),
      note: t.stats.waitsNote,
      rows: counting.map((day) =>
        t.stats.waitsRow(day.date, waitOf([day], 0.5), waitOf([day], 0.95), day.renders),
      ),
      alt: t.stats.waitsAlt(days.length, p50, p95),
    };
  },
);

export const occupancyChart = daily(
  "occupancy",
  ({ onlineSeconds }) => onlineSeconds > 0,
  (t, days, counting) => {
    const busy = ({ busySeconds }: Day) => busySeconds;
    const online = ({ onlineSeconds }: Day) => onlineSeconds;
    /** A render that ends just after midnight counts whole to the new day: hence the bound. */
    const share = (those: readonly Day[]) => Math.min(1, sum(those, busy) / sum(those, online));
    const all = share(counting);
    return {
      draw: barChart,
      plot: {
        unit: t.stats.occupancyAxis,
        series: [
          {
            name: t.stats.busy,
            values: days.map((day) => (online(day) > 0 ? Math.round(1000 * share([day])) / 10 : null)),
          },
        ],
        max: 100,
      },
      heading: t.stats.occupancyHeading(all, days.length),
      note: t.stats.occupancyNote,
      rows: counting.map((day) => t.stats.occupancyRow(day.date, share([day]), busy(day), online(day))),
      alt: t.stats.occupancyAlt(days.length, all),
    };
  },
);
