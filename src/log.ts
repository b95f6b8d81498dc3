/**
 * The log: JSON lines on stdout. No token is ever in it, and prompts only at debug and below. Errors of Discord's
 * and Redis's libraries carry the whole request that failed, so of an error only what is known to be harmless is kept.
 */
import { type Logger, pino } from "pino";

export type { Logger };

export function createLog(name: string, level: string): Logger {
  return pino({ name, level, serializers: { err: harmless } });
}

function harmless(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack } = error;
  const fields = Object.entries(error).filter(([field]) =>
    ["code", "status", "method", "syscall"].includes(field),
  );
  return { name, message, stack, ...Object.fromEntries(fields) };
}
