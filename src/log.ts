/** The log: JSON lines on stdout. Tokens are never logged; prompts only at debug and below. */
import { type Logger, pino } from "pino";

export type { Logger };

export function createLog(name: string, level: string): Logger {
  return pino({ name, level, redact: ["token", "*.token"] });
}
