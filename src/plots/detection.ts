/** How often members tell a backend from the original, with intervals, against its memory; guessing is a line. */
import { axisStyle, COLOURS, chartSvg, type Heading, SIZE, TEXT, toPng, valueAxis } from "./chart.ts";

export interface Detection extends Heading {
  /** Names of the axes, the memory's with its unit. */
  memory: string;
  rate: string;
  /** Name of the line at chance, in percent. */
  chance: { label: string; percent: number };
  /** Rates in percent. */
  points: { label: string; memory: number; rate: number; lower: number; upper: number }[];
}

/** Room beside the outermost points, in parts of what they span. */
const MARGIN = 0.12;
const GRID = { left: 72, width: 520, top: 92, bottom: 76 };
/** Where the names stand, one below the other, so that they never cover each other or a whisker. */
const NAMES_LEFT = GRID.left + GRID.width + 24;

/** @returns a PNG */
export async function detectionChart(detection: Detection): Promise<Buffer> {
  const { memory, rate, chance, points, ...heading } = detection;
  const memories = points.map((point) => point.memory);
  const span = Math.max(...memories) - Math.min(...memories) || Math.max(...memories) || 1;
  const [left, right] = [Math.min(...memories) - span * MARGIN, Math.max(...memories) + span * MARGIN];
  const line = { type: "line" as const, symbol: "none", silent: true };
  const whiskers = points.map(({ memory, lower, upper }) => ({
    ...line,
    data: [
      [memory, lower],
      [memory, upper],
    ],
    lineStyle: { color: COLOURS[0], width: 2 },
  }));
  const values = valueAxis(heading);
  const svg = chartSvg(heading, SIZE, {
    legend: { show: false },
    grid: GRID,
    xAxis: {
      ...values,
      ...{ name: memory, nameGap: 34, min: Math.max(0, left), max: right },
      axisLabel: { ...values.axisLabel, showMinLabel: false, showMaxLabel: false },
    },
    yAxis: { ...values, name: rate, nameGap: 48, min: 0, max: 100 },
    series: [
      {
        ...line,
        data: [
          [Math.max(0, left), chance.percent],
          [right, chance.percent],
        ],
        lineStyle: { color: COLOURS[1], type: "dashed", width: 2 },
      },
      ...whiskers,
      {
        type: "scatter",
        symbolSize: 12,
        data: points.map((point) => ({ name: point.label, value: [point.memory, point.rate] })),
        itemStyle: { color: COLOURS[0] },
        label: { show: true, formatter: "{b}", fontSize: 13, color: TEXT, align: "left" },
        labelLine: { show: true, length2: 4, lineStyle: axisStyle.axisLine.lineStyle },
        labelLayout: { x: NAMES_LEFT, moveOverlap: "shiftY" },
      },
      {
        type: "scatter",
        symbolSize: 0,
        data: [{ name: chance.label, value: [Math.max(0, left), chance.percent] }],
        label: { show: true, formatter: "{b}", position: [6, -18], fontSize: 13, color: COLOURS[1] },
      },
    ],
  });
  return toPng(svg);
}
