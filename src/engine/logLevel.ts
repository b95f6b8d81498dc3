/** Of the engine's lines on stderr, which begin with Python's name of their level. */
const LEVELS = { DEBUG: "debug", INFO: "info", WARNING: "warn", ERROR: "error", CRITICAL: "fatal" } as const;
export type LogLevel = (typeof LEVELS)[keyof typeof LEVELS];

/** @param before the level of the line before: one without a level, as of a traceback, belongs to that. */
export function logLevelOf(line: string, before: LogLevel): LogLevel {
  const [name = ""] = line.split(" ", 1);
  return Object.hasOwn(LEVELS, name) ? LEVELS[name as keyof typeof LEVELS] : before;
}
