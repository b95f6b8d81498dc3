/** One program of the demo, kept running: it is started again when it dies, as a service manager would. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "../setup/children.ts";
import { places } from "../setup/places.mjs";

const RESTART_MS = 500;
/** A program that ends this soon after its start, this often in a row, does not work at all. */
const SOON_MS = 5000;
const TRIES = 3;
const STOP_MS = 10_000;

export class Program {
  readonly #name: "bot" | "worker";
  readonly #env: NodeJS.ProcessEnv;
  #child: Child;
  #stopping = false;

  /** @param onHopeless gets the end of the log when the program can't be kept running */
  constructor(name: "bot" | "worker", env: NodeJS.ProcessEnv, onHopeless: (reason: string) => void) {
    this.#name = name;
    this.#env = env;
    this.#child = this.#start();
    this.#keep(onHopeless);
  }

  /** Ends it in order, at the latest by force. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#child.stop(STOP_MS);
  }

  #start(append = false): Child {
    return startChild({
      name: this.#name,
      command: process.execPath,
      args: ["--import", "tsx", `src/${this.#name}.ts`],
      env: this.#env,
      logs: places.logs,
      append,
    });
  }

  async #keep(onHopeless: (reason: string) => void): Promise<void> {
    for (let failures = 0; failures < TRIES; ) {
      const startedAt = Date.now();
      await this.#child.ended;
      if (this.#stopping) return;
      failures = Date.now() - startedAt < SOON_MS ? failures + 1 : 0;
      await sleep(RESTART_MS);
      if (this.#stopping) return;
      if (failures < TRIES) this.#child = this.#start(true);
    }
    onHopeless(
      `The ${this.#name} keeps ending right after its start. Its last words (all are in ${this.#child.logFile}):\n${this.#child.lastLines(5)}`,
    );
  }
}
