import { expect, it } from "vitest";
import { type LogLevel, logLevelOf } from "../../../src/engine/logLevel.ts";

it("gives each of the engine's lines its level, and a traceback that of what it belongs to", () => {
  // Incident: with LOG_LEVEL=warn no cause of a failure was in the log, since all lines were logged as info.
  const lines = [
    "INFO quantspot_worker.serve request 1: images 1",
    "ERROR quantspot_worker.failures Original bf16 failed to load",
    "Traceback (most recent call last):",
    '  File "pool.py", line 1, in load',
    "WARNING quantspot_worker.kept can't be written",
    "INFO quantspot_worker.serve request 2: images 1",
  ];
  let level: LogLevel = "info";
  const levels = lines.map((line) => {
    level = logLevelOf(line, level);
    return level;
  });
  expect(levels).toEqual(["info", "error", "error", "error", "warn", "info"]);
});
