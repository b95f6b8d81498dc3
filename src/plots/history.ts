/** One backend's jobs from the oldest to the newest, a group for each setting in which they ran. */
import { chartSvg, type Heading, legendStyle, SIZE, toPng, valueAxis } from "./chart.ts";

export interface History extends Heading {
  /** Names of the axes. */
  jobs: string;
  seconds: string;
  /** Points by the number of the job, 1 for the oldest. */
  groups: { name: string; points: { job: number; seconds: number }[] }[];
}

/** @returns a PNG */
export async function historyChart({ jobs, seconds, groups, ...heading }: History): Promise<Buffer> {
  const svg = chartSvg(heading, SIZE, {
    // Names of settings are long: the legend has room for two rows of two.
    grid: { left: 72, right: 32, top: 92, bottom: 124 },
    legend: { ...legendStyle, left: 24, right: 24, bottom: 14 },
    xAxis: { ...valueAxis(heading), name: jobs, nameGap: 28, min: 1, minInterval: 1 },
    yAxis: { ...valueAxis(heading), name: seconds, nameGap: 46, min: 0 },
    series: groups.map(({ name, points }) => ({
      ...{ name, type: "scatter" as const, symbolSize: 9 },
      data: points.map((point) => [point.job, point.seconds]),
    })),
  });
  return toPng(svg);
}
