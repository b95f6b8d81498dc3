/** One program of the demo: its log goes to a file, and it is started again when it dies, as a service manager would. */
import type { ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnGuarded } from "../setup/guarded.mjs";
import { places } from "../setup/places.mjs";

const RESTART_MS = 500;
/** A program that keeps dying this soon after its start never worked. */
const SOON_MS = 5000;
const TRIES = 3;
const STOP_MS = 10_000;

export class Program {
  readonly name: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #onHopeless: (reason: string) => void;
  #child: ChildProcess | undefined;
  #stopping = false;
  #failures = 0;

  /** @param onHopeless gets the end of the log when the program can't be kept running */
  constructor(name: "bot" | "worker", env: NodeJS.ProcessEnv, onHopeless: (reason: string) => void) {
    this.name = name;
    this.#env = env;
    this.#onHopeless = onHopeless;
    this.#start();
  }

  get logFile(): string {
    return join(places.logs, `${this.name}.log`);
  }

  /** Ends it in order, at the latest by force. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(force);
  }

  #start(): void {
    mkdirSync(places.logs, { recursive: true });
    const log = createWriteStream(this.logFile, { flags: this.#child ? "a" : "w" });
    const startedAt = Date.now();
    const child = spawnGuarded(process.execPath, ["--import", "tsx", `src/${this.name}.ts`], {
      cwd: places.root,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stdout?.pipe(log);
    child.stderr?.pipe(log);
    child.once("close", () => {
      if (this.#stopping) return;
      this.#failures = Date.now() - startedAt < SOON_MS ? this.#failures + 1 : 0;
      if (this.#failures >= TRIES) this.#onHopeless(this.#lastWords());
      else setTimeout(() => this.#stopping || this.#start(), RESTART_MS);
    });
  }

  #lastWords(): string {
    const lines = readFileSync(this.logFile, "utf8").trim().split("\n").slice(-5).join("\n");
    return `The ${this.name} keeps ending right after its start. Its last words (all are in ${this.logFile}):\n${lines}`;
  }
}
