/**
 * Memory against time, a named point for each backend: one panel beside the other for each source of figures, with axes
 * of its own, since a small model on a CPU and a large one on a GPU lie orders of magnitude apart.
 */
import { axisStyle, beside, COLOURS, chartSvg, type Heading, TEXT, toPng, valueAxis } from "./chart.ts";

export interface MemoryTime {
  /** Name of the axis of seconds. */
  time: string;
  /** From left to right. */
  panels: Panel[];
}

export interface Panel extends Heading {
  /** Name of the axis of memory, with the unit of the points. */
  memory: string;
  points: { label: string; seconds: number; memory: number }[];
}

const SIZE = { width: 620, height: 560 };
const GRID = { left: 76, width: 310, top: 92, bottom: 64 };
/** Where the names stand, one below the other. */
const NAMES_LEFT = GRID.left + GRID.width + 24;

/** @returns a PNG */
export async function memoryTimeChart({ time, panels }: MemoryTime): Promise<Buffer> {
  const svgs = panels.map(({ points, memory, ...heading }, index) =>
    chartSvg(heading, SIZE, {
      color: [COLOURS[index % COLOURS.length] ?? TEXT],
      grid: GRID,
      xAxis: { ...valueAxis(heading), scale: true, name: time, nameGap: 32 },
      yAxis: { ...valueAxis(heading), scale: true, name: memory, nameGap: 50 },
      series: {
        ...{ type: "scatter", symbolSize: 11 },
        data: points.map((point) => ({ name: point.label, value: [point.seconds, point.memory] })),
        label: { show: true, formatter: "{b}", fontSize: 12, color: TEXT, align: "left" },
        labelLine: { show: true, length2: 4, lineStyle: axisStyle.axisLine.lineStyle },
        labelLayout: { x: NAMES_LEFT, moveOverlap: "shiftY" },
      },
    }),
  );
  return toPng(beside(svgs, SIZE));
}
