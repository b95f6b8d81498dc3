import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Fresh } from "../../src/fresh.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
});
afterEach(() => vi.useRealTimers());

describe("what is read", () => {
  it("serves all who ask within the while, and each thing is read by itself", async () => {
    const fresh = new Fresh<string>(1000);
    const [one, other] = [vi.fn(async () => "one"), vi.fn(async () => "other")];
    await Promise.all([fresh.get(one, "one"), fresh.get(one, "one"), fresh.get(other, "other")]);
    vi.advanceTimersByTime(999);
    expect([await fresh.get(one, "one"), await fresh.get(other, "other")]).toEqual(["one", "other"]);
    expect([one, other].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    vi.advanceTimersByTime(1);
    await fresh.get(one, "one");
    expect(one).toHaveBeenCalledTimes(2);
  });

  // Incident: once the clock was set back, the charts of /stats and the paces that presets go by stayed for as long.
  it("is read anew after that while whatever becomes of the day's clock", async () => {
    const fresh = new Fresh<number>(1000);
    const read = vi.fn(async () => 1);
    await fresh.get(read);
    vi.advanceTimersByTime(1000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await fresh.get(read);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("is read again at once where that failed", async () => {
    const fresh = new Fresh<string>(1000);
    await expect(fresh.get(async () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect(await fresh.get(async () => "back")).toBe("back");
  });
});
