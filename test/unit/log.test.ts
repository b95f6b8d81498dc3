import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sparingly } from "../../src/log.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("says what comes again once a minute, and what is new at once", () => {
  const told: string[] = [];
  const tell = sparingly((error) => told.push(String(error)));
  const full = (script: string) => new Error(`MISCONF Errors writing to the AOF file: ${script}`);
  for (const script of ["d96c", "9f83", "6966"]) tell(full(script));
  expect(told).toEqual(["Error: MISCONF Errors writing to the AOF file: d96c"]);
  tell(new Error("connect ECONNREFUSED"));
  expect(told).toHaveLength(2);
  tell(full("1e9b"));
  vi.advanceTimersByTime(60_000);
  tell(full("1e9b"));
  expect(told).toHaveLength(4);
});
