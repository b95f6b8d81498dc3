import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Watchdog, type WatchdogLimits } from "../../../src/engine/watchdog.ts";

const limits: WatchdogLimits = {
  startSilenceMs: 60_000,
  startMs: 600_000,
  silenceMs: 10_000,
  loadingMs: 300_000,
  progressMs: 100_000,
  pixelsMs: 5_000,
};

let trips: string[];
let watchdog: Watchdog;

beforeEach(() => {
  vi.useFakeTimers();
  trips = [];
  watchdog = new Watchdog(limits, (reason) => trips.push(reason));
});
afterEach(() => {
  watchdog.stop();
  vi.useRealTimers();
});

/** Lets time pass with a heartbeat each second. */
function beatFor(seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    vi.advanceTimersByTime(1000);
    watchdog.alive();
  }
}

describe("an engine that starts", () => {
  it("may take as long as a download takes while its heartbeat goes on", () => {
    beatFor(599);
    expect(trips).toEqual([]);
  });
  it("is given up when it is not ready in the end", () => {
    beatFor(601);
    expect(trips).toEqual(["was not ready after 10 minutes"]);
  });
  it("may be silent while it imports, but not for long", () => {
    vi.advanceTimersByTime(59_000);
    expect(trips).toEqual([]);
    vi.advanceTimersByTime(2_000);
    expect(trips).toEqual(["gave no sign of life for 60 s"]);
  });
});

describe("an engine that was ready", () => {
  beforeEach(() => watchdog.progress("idle"));

  it("is given up after ten silent seconds, once", () => {
    vi.advanceTimersByTime(9_000);
    expect(trips).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(trips).toEqual(["gave no sign of life for 10 s"]);
  });
  it("may be idle for ever", () => {
    beatFor(10_000);
    expect(trips).toEqual([]);
  });
  it("is given up when a request makes no step although the heartbeat goes on", () => {
    watchdog.progress("rendering");
    beatFor(99);
    watchdog.progress("rendering");
    beatFor(99);
    expect(trips).toEqual([]);
    beatFor(2);
    expect(trips).toEqual(["made no step for 100 s"]);
  });
  it("may load for longer than a step may take", () => {
    watchdog.progress("loading");
    beatFor(299);
    expect(trips).toEqual([]);
    beatFor(2);
    expect(trips).toEqual(["was loading for 5 minutes without an end"]);
  });
  it("is not blamed for a clock that jumps or for this process having been suspended", () => {
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(1000);
    expect(trips).toEqual([]);
  });
});
