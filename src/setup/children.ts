/** Programs that the demo starts beside itself: each with a name, a log file, and an end of its own. */
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnGuarded } from "./guarded.mjs";

export interface ChildOptions {
  /** For people: it names the log file too. */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Folder of the log file, which starts empty unless `append` is set. */
  logs: string;
  append?: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number | undefined;
  readonly logFile: string;
  /** Settles when it is gone, with one sentence about how. */
  readonly ended: Promise<string>;
  isRunning(): boolean;
  /** Asks it to leave (SIGTERM), and ends it and what it started (SIGKILL) when it hasn't after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** The end of what it printed, for a message that says why it could not go on. */
  lastLines(count: number): string;
}

export function startChild({ name, command, args, env, logs, append }: ChildOptions): Child {
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `${name}.log`);
  const log = openSync(logFile, append ? "a" : "w");
  const child = spawnGuarded(command, args, { stdio: ["ignore", log, log], env: env ?? process.env });
  closeSync(log);
  const ended = endOf(child, name);
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    pid: child.pid,
    logFile,
    ended,
    isRunning,
    async stop(graceMs = 5_000) {
      if (!isRunning()) return;
      child.kill("SIGTERM");
      const patience = new AbortController();
      await Promise.race([ended, sleep(graceMs, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
      if (child.pid !== undefined && isRunning()) process.kill(-child.pid, "SIGKILL");
      await ended;
    },
    lastLines: (count) => readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-count).join("\n"),
  };
}

function endOf(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`${name} could not start: ${error.message}`));
    child.once("exit", (code, signal) =>
      resolve(signal ? `${name} was ended by ${signal}` : `${name} left with code ${code}`),
    );
  });
}

/** One Ctrl-C can arrive twice, from the terminal and again from npm; a second one by hand comes later than this. */
const SAME_SIGNAL_MS = 500;

/** Calls `stop` at the first Ctrl-C or SIGTERM, however often it is sent; a second Ctrl-C by hand leaves at once. */
export function onStopSignal(stop: () => void): void {
  let first = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (first === 0) {
        first = Date.now();
        stop();
      } else if (Date.now() - first > SAME_SIGNAL_MS) {
        process.exit(130);
      }
    });
  }
}
