import { describe, expect, it } from "vitest";
import { bucketOf, quantile } from "../../../src/store/histogram.ts";

function counted(times: number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(bucketOf(time), (counts.get(bucketOf(time)) ?? 0) + 1);
  return counts;
}

/** The nearest rank itself. */
function exact(times: number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

describe("quantiles of counted times", () => {
  it("are within 5 % of the exact ones, from hundredths of a second to hours", () => {
    const times = Array.from({ length: 1000 }, (_, i) => 0.02 * 1.0137 ** i);
    for (const q of [0.01, 0.5, 0.95, 0.99, 1]) {
      const [found, wanted] = [quantile(counted(times), q) ?? 0, exact(times, q)];
      expect(Math.abs(found - wanted) / wanted).toBeLessThan(0.05);
    }
  });

  it("don't exist where nothing was counted", () => {
    expect(quantile(new Map(), 0.5)).toBeUndefined();
  });

  it("come from few buckets, however long somebody waited", () => {
    expect(bucketOf(0)).toBe(0);
    expect(bucketOf(1e9)).toBe(bucketOf(7 * 24 * 3600 * 2));
    expect(bucketOf(1e9)).toBeLessThan(200);
  });
});
