import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { barChart, lineChart } from "../../../src/plots/daily.ts";
import { historyChart } from "../../../src/plots/history.ts";
import { memoryTimeChart, type Panel } from "../../../src/plots/memoryTime.ts";
import { unitsOf } from "../../../src/texts/units.ts";

const NASTY = `</text></svg><script>"'&\u0000\uFFFF{a|b}`;
const dates = ["2026-11-20", "2026-11-21"];
const { number } = unitsOf("en");
const heading = { title: "Title", subtitle: "How it was measured", number };

async function differing(a: Buffer, b: Buffer): Promise<number> {
  const [x, y] = await Promise.all([a, b].map((png) => sharp(png).removeAlpha().raw().toBuffer()));
  if (!x || !y || x.length !== y.length) throw new Error("the pictures differ in size");
  return x.reduce((count, value, i) => count + Number(value !== y[i]), 0);
}

function panel(points: Panel["points"], title = "Here"): Panel {
  return { title, subtitle: "256×256", number, memory: "MiB", points };
}

describe("charts", () => {
  it("show their values: other values make another picture", async () => {
    const bars = (values: (number | null)[]) =>
      barChart({ ...heading, dates, unit: "renders", series: [{ name: "renders", values }] });
    const lines = (values: (number | null)[]) =>
      lineChart({ ...heading, dates, unit: "seconds", series: [{ name: "p50", values }] });
    const history = (seconds: number) =>
      historyChart({
        ...{ ...heading, jobs: "job", seconds: "seconds" },
        groups: [
          {
            name: "256×256",
            points: [
              { job: 1, seconds },
              { job: 2, seconds: 1 },
            ],
          },
        ],
      });
    const memory = (seconds: number) =>
      memoryTimeChart({
        time: "seconds",
        panels: [
          panel([
            { label: "bf16", seconds, memory: 1 },
            { label: "nf4", seconds: 2, memory: 2 },
          ]),
        ],
      });
    expect(await differing(await bars([1, 2]), await bars([2, 1]))).toBeGreaterThan(1000);
    expect(await differing(await lines([1, 2]), await lines([null, 1]))).toBeGreaterThan(1000);
    expect(await differing(await history(0.2), await history(0.8))).toBeGreaterThan(100);
    expect(await differing(await memory(1), await memory(1.5))).toBeGreaterThan(100);
  });

  it("write the figures on their axes as the language does", async () => {
    const draw = (language: string) =>
      lineChart({
        ...{ ...heading, number: unitsOf(language).number, dates, unit: "x" },
        series: [{ name: "x", values: [0.1, 0.2] }],
      });
    expect(await differing(await draw("en"), await draw("de"))).toBeGreaterThan(10);
  });

  it("have a dark background of their own, so that light text reads on it in any theme", async () => {
    const png = await barChart({ ...heading, dates, unit: "x", series: [{ name: "x", values: [1, 2] }] });
    const corner = sharp(png).extract({ left: 0, top: 0, width: 4, height: 4 });
    const { data, info } = await corner.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let i = 0; i < data.length; i += info.channels) {
      expect(Math.max(...data.subarray(i, i + 3))).toBeLessThan(64);
      expect(data[i + 3]).toBe(255);
    }
  });

  it("are drawn without any points", async () => {
    const png = await memoryTimeChart({ time: "seconds", panels: [panel([]), panel([], "Article")] });
    expect((await sharp(png).metadata()).width).toBe(2 * 2 * 620);
  });

  it("are not broken by any text", async () => {
    const chart = (text: string) =>
      memoryTimeChart({
        time: text,
        panels: [
          {
            title: text,
            subtitle: text,
            number,
            memory: text,
            points: [{ label: text, seconds: 1, memory: 1 }],
          },
        ],
      });
    const [nasty, plain] = [await chart(NASTY), await chart("plain")];
    // The same axes and point in the same places: only the text differs.
    expect(await differing(nasty, plain)).toBeGreaterThan(0);
    const below = async (png: Buffer) =>
      sharp(png).extract({ left: 200, top: 250, width: 180, height: 200 }).removeAlpha().raw().toBuffer();
    expect((await below(nasty)).equals(await below(plain))).toBe(true);
  });
});
