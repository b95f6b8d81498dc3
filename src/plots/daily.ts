/** Figures by day: bars for sums and shares, lines where several figures of a day are held against each other. */
import { axisStyle, chartSvg, type Heading, type Option, SIZE, toPng, valueAxis } from "./chart.ts";

export interface Daily extends Heading {
  /** "2026-11-21", oldest first. */
  dates: string[];
  /** Name of the axis of values, with its unit. */
  unit: string;
  /** One value a date; null where nothing was measured. */
  series: { name: string; values: (number | null)[] }[];
  /** Where the axis ends, if not by the values. */
  max?: number;
}

/** @returns a PNG */
export const barChart = (daily: Daily): Promise<Buffer> =>
  draw(
    daily,
    daily.series.map(({ name, values }) => ({
      ...{ name, type: "bar" as const, data: values, barMaxWidth: 36 },
      itemStyle: { borderRadius: 3 },
    })),
  );

/** @returns a PNG */
export const lineChart = (daily: Daily): Promise<Buffer> =>
  draw(
    daily,
    daily.series.map(({ name, values }) => ({
      ...{ name, type: "line" as const, data: values, symbol: "circle", symbolSize: 8 },
      lineStyle: { width: 3 },
    })),
  );

type Series = NonNullable<Option["series"]>;

function draw({ dates, unit, max, ...heading }: Daily, series: Series): Promise<Buffer> {
  const svg = chartSvg(heading, SIZE, {
    xAxis: { ...axisStyle, type: "category", data: dates.map((date) => date.slice(5)) },
    yAxis: {
      ...valueAxis(heading),
      name: unit,
      nameGap: 46,
      min: 0,
      ...(max !== undefined && { max }),
    },
    series,
  });
  return toPng(svg);
}
