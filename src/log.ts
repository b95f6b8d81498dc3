/**
 * The log: JSON lines on stdout. No token is ever in it, and prompts only at debug and below. Errors of Discord's
 * and Redis's libraries carry the whole request that failed, so of an error only what is known to be harmless is kept.
 */
import { type Logger, pino } from "pino";

export type { Logger };

const AGAIN_MS = 60_000;
/** By so much two errors are known to be the same: what follows are names and numbers. */
const ALIKE = 30;

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

/** Tells an error that comes again and again once a minute: Redis that is full for hours must not fill the log as well. */
export function sparingly(tell: (error: unknown) => void): (error: unknown) => void {
  let last: { words: string; at: number } | undefined;
  return (error) => {
    const words = String(error).slice(0, ALIKE);
    const now = performance.now();
    if (last?.words === words && now - last.at < AGAIN_MS) return;
    last = { words, at: now };
    tell(error);
  };
}
