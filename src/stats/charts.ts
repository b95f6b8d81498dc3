/** Every chart of /stats. A new one is a line here, a name in the texts and a choice in commands/stats.ts. */
import { backendsChart } from "./backends.ts";
import type { Chart } from "./chart.ts";
import { jobsChart, occupancyChart, waitsChart } from "./daily.ts";

export const charts = {
  backends: backendsChart,
  jobs: jobsChart,
  waits: waitsChart,
  occupancy: occupancyChart,
} satisfies Record<string, Chart>;

export type ChartName = keyof typeof charts;

export const isChart = (name: string | undefined): name is ChartName =>
  name !== undefined && Object.hasOwn(charts, name);
