/**
 * Charts by ECharts, drawn on the server: an option becomes SVG, and that a PNG. They have their own dark background
 * and light text, so that they read the same in Discord's dark and light modes.
 */
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts/types/dist/shared";
import { FONT_FAMILY } from "./font.ts";
import { drawable, svgToPng } from "./svg.ts";

use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TitleComponent,
  LabelLayout,
  SVGRenderer,
]);

export type Option = EChartsOption;

export interface Heading {
  title: string;
  /** Below it, smaller: how it was measured. */
  subtitle: string;
  /** How a figure is written, in the language of the rest. */
  number: (value: number) => string;
}

/** In units of the SVG; a picture has PIXELS_A_UNIT times as many pixels each way. */
interface Size {
  width: number;
  height: number;
}

export const SIZE: Size = { width: 800, height: 520 };
const PIXELS_A_UNIT = 2;

const BACKGROUND = "#1e1f22";
export const TEXT = "#f2f3f5";
const MUTED = "#b5bac1";
const LINES = "#4a4d54";
/** Apart from each other also for those who see few colours, and light enough for the background. */
export const COLOURS = ["#56b4e9", "#e69f00", "#f0e442", "#cc79a7"] as const;

/** @param option of ECharts, without what all charts share */
export function chartSvg({ title, subtitle }: Heading, size: Size, option: Option): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: BACKGROUND,
      color: [...COLOURS],
      textStyle: { fontFamily: FONT_FAMILY, color: TEXT },
      title: {
        ...{ text: title, subtext: subtitle, left: 24, top: 16 },
        textStyle: { fontFamily: FONT_FAMILY, fontSize: 20, fontWeight: 600, color: TEXT },
        subtextStyle: { fontFamily: FONT_FAMILY, fontSize: 14, color: MUTED },
      },
      legend: { ...legendStyle, right: 24, bottom: 12 },
      grid: { left: 72, right: 32, top: 92, bottom: 76 },
      ...option,
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** One picture of several charts of one size, from left to right. */
export function beside(svgs: readonly string[], { width, height }: Size): string {
  const placed = svgs.map((svg, index) => `<g transform="translate(${index * width})">${svg}</g>`).join("");
  const whole = { width: width * svgs.length, height };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.width}" height="${whole.height}">${placed}</svg>`;
}

export const toPng = (svg: string): Promise<Buffer> => svgToPng(drawable(svg), PIXELS_A_UNIT);

/** What all axes look like, those of values by `valueAxis`. */
export const axisStyle = {
  nameLocation: "middle",
  nameTextStyle: { fontFamily: FONT_FAMILY, color: MUTED, fontSize: 14 },
  axisLabel: { color: MUTED, fontSize: 13, hideOverlap: true },
  axisLine: { lineStyle: { color: LINES } },
  axisTick: { lineStyle: { color: LINES } },
  splitLine: { lineStyle: { color: LINES } },
} as const;

export const valueAxis = ({ number }: Pick<Heading, "number">) =>
  ({ ...axisStyle, type: "value", axisLabel: { ...axisStyle.axisLabel, formatter: number } }) as const;

export const legendStyle = { itemGap: 20, textStyle: { color: TEXT, fontSize: 14 } } as const;
