/** The fake engine, and limits that let its faults be noticed within a test. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import type { EngineCommand } from "../../src/engine/command.ts";
import type { RestartPolicy } from "../../src/engine/supervisor.ts";
import type { WatchdogLimits } from "../../src/engine/watchdog.ts";

const SCRIPT = fileURLToPath(new URL("../fixtures/fake-engine.mjs", import.meta.url));

export const silent = pino({ level: "silent" });

/** Short enough for a test to wait for, long enough for a machine that is busy with other tests. */
export const LIMITS: WatchdogLimits = {
  startSilenceMs: 10_000,
  startMs: 20_000,
  silenceMs: 5_000,
  loadingMs: 5_000,
  progressMs: 2_000,
  pixelsMs: 500,
};

export const POLICY: RestartPolicy = {
  firstDelayMs: 20,
  maxDelayMs: 200,
  loopDeaths: 5,
  loopWindowMs: 20_000,
  failingDelayMs: 300,
  exitMs: 300,
};

export function fakeEngine(options: Record<string, string> = {}): EngineCommand {
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return { command: process.execPath, args: [SCRIPT, ...args], cwd: process.cwd(), env: process.env };
}

interface JournalEntry {
  pid: number;
  event: string;
  recipe?: string;
  prompt?: string;
}

/** What fake engines have met, across restarts and processes. */
export class Journal {
  readonly #dir = mkdtempSync(join(tmpdir(), "quantspot-journal-"));
  readonly path = join(this.#dir, "journal");

  entries(event: string): JournalEntry[] {
    try {
      const lines = readFileSync(this.path, "utf8").trim().split("\n");
      return lines.map((line): JournalEntry => JSON.parse(line)).filter((entry) => entry.event === event);
    } catch {
      return [];
    }
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
