import { describe, expect, it } from "vitest";
import { closenessOf } from "../../../src/backends/closeness.ts";
import { directoryOf } from "../../../src/backends/directory.ts";
import { select } from "../../../src/backends/listing.ts";
import { figuresOf, type Measured, settingsOf } from "../../../src/backends/measured.ts";
import type { Distance } from "../../../src/store/distances.ts";
import type { Duration } from "../../../src/store/durations.ts";
import { presence, recipe } from "../../support/presence.ts";

function job(change: Partial<Duration> = {}): Duration {
  return {
    ...{ seconds: 4, loadSeconds: 0, images: 4, steps: 20, width: 256, height: 256 },
    ...{ model: "tiny", device: "cpu", deviceName: "Test CPU", at: 1 },
    ...{ weightsBytes: 1000, measure: "process-rss" as const, peakBytes: 2000 },
    ...change,
  };
}

describe("what jobs tell of a backend", () => {
  it("is the median of an image without loading, and its range", () => {
    const jobs = [job({ seconds: 14, loadSeconds: 10 }), job({ seconds: 8 }), job({ images: 1, seconds: 9 })];
    expect(figuresOf(jobs)).toEqual({ jobs: 3, seconds: { median: 2, min: 1, max: 9 } });
    expect(figuresOf([])).toBeUndefined();
  });

  it("never mixes sizes, steps, devices or models", () => {
    const others = [{ width: 512 }, { steps: 8 }, { deviceName: "Other" }, { model: "other" }];
    const groups = settingsOf([...others.map(job), job(), job()]);
    expect(groups.map(({ jobs }) => jobs.length)).toEqual([2, 1, 1, 1, 1]);
    expect(groups[0]?.setting).toMatchObject({ width: 256, steps: 20, model: "tiny" });
  });
});

describe("distances from the original", () => {
  const distance = (psnr: number | null, perceptual: number): Distance => ({
    ...{ original: "bf16", model: "tiny", width: 256, height: 256, steps: 20, at: 1 },
    ...{ psnr, perceptual },
  });

  it("are medians, and identical pictures count as infinitely close", () => {
    expect(closenessOf([distance(20, 0.3), distance(30, 0.1), distance(null, 0)])).toEqual({
      ...{ comparisons: 3, psnr: 30, perceptual: 0.1 },
    });
    expect(closenessOf([distance(null, 0)])).toEqual({ comparisons: 1, psnr: undefined, perceptual: 0 });
    expect(closenessOf([])).toBeUndefined();
  });
});

describe("the list", () => {
  const worker = presence({
    resident: ["bf16"],
    recipes: [
      recipe("bf16"),
      recipe("bnb-nf4", { family: "bitsandbytes", bits: 4.5 }),
      recipe("torchao-int8", { family: "torchao", bits: 8 }),
    ],
  });
  const [engine] = worker.engines;
  engine?.pool.push({ recipe: "torchao-int8", state: "parked", weightsBytes: 3_000_000 });
  const directory = directoryOf([worker]);
  const measured: Measured = {
    setting: undefined,
    figures: new Map([["bnb-nf4", { jobs: 1, seconds: { median: 1, min: 1, max: 1 } }]]),
  };
  const ids = (wanted: Parameters<typeof select>[2]) =>
    select(directory, measured, wanted).map(({ report }) => report.id);

  it("is sorted by what was measured, and what was not comes last", () => {
    expect(ids({ sort: "memory" })).toEqual(["torchao-int8", "bf16", "bnb-nf4"]);
    expect(ids({ sort: "time" })).toEqual(["bnb-nf4", "bf16", "torchao-int8"]);
    expect(ids({ sort: "bits" })).toEqual(["bnb-nf4", "torchao-int8", "bf16"]);
  });

  it("is filtered by family, bits and state", () => {
    expect(ids({ family: "torchao" })).toEqual(["torchao-int8"]);
    expect(ids({ bits: "low" })).toEqual(["bnb-nf4"]);
    expect(ids({ state: "resident" })).toEqual(["bf16"]);
    expect(ids({ state: "parked" })).toEqual(["torchao-int8"]);
    expect(ids({ state: "absent", family: "torchao" })).toEqual([]);
  });
});
