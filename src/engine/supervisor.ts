/**
 * Keeps one engine alive on one device: starts it, starts it again when it has ended, more and more slowly, and says
 * in plain words when that does not help.
 */
import type { Logger } from "../log.ts";
import { countEngineExit, countPoolChange } from "../status/worker.ts";
import type { EngineCommand } from "./command.ts";
import { Engine, type EngineExit, type EngineFetching, type EnginePool, type EngineReady } from "./engine.ts";
import type { Notice } from "./notices.ts";
import type { WatchdogLimits } from "./watchdog.ts";

export interface RestartPolicy {
  firstDelayMs: number;
  maxDelayMs: number;
  /** So many ends within the window are a crash loop. */
  loopDeaths: number;
  loopWindowMs: number;
  /** The delay in a crash loop, or after an end that another start won't mend. */
  failingDelayMs: number;
  /** So long a killed engine's process may take to exit before people are told that it does not. */
  exitMs: number;
}

export const RESTART_POLICY: RestartPolicy = {
  firstDelayMs: 250,
  maxDelayMs: 15_000,
  loopDeaths: 5,
  loopWindowMs: 120_000,
  failingDelayMs: 30_000,
  exitMs: 30_000,
};

const LEFT_OUT_MS = 60_000;

export type EngineStatus =
  /** `fetching`: how far it is with downloading its model. */
  | { state: "starting"; fetching?: EngineFetching }
  | { state: "ready"; engine: Engine }
  /** `problem` is a sentence for people. It stays while further starts are tried. */
  | { state: "failing"; problem: string };

export interface SupervisorOptions {
  device: string;
  command: EngineCommand;
  limits: WatchdogLimits;
  policy: RestartPolicy;
  logger: Logger;
  /** The status, the engine's report or its pool has changed. */
  onChange: () => void;
}

export class Supervisor {
  readonly device: string;
  readonly #options: SupervisorOptions;
  readonly #logger: Logger;
  readonly #waiters = new Set<() => void>();
  readonly #deaths: number[] = [];
  #status: EngineStatus = { state: "starting" };
  #ready: EngineReady | undefined;
  #pool: EnginePool | undefined;
  #engine: Engine | undefined;
  #restart: NodeJS.Timeout | undefined;
  /** Recipes that could not be loaded here, for as long as they are left to others. */
  readonly #leftOut = new Map<string, { reason: Notice; timer: NodeJS.Timeout }>();
  /** Runs while a killed engine's process is waited for. */
  #exitDue: NodeJS.Timeout | undefined;
  /** People were told that it does not exit. */
  #exitOverdue = false;
  /** Of a download, so that the log has a line for each tenth. */
  #fetchedTenths: number | undefined;
  #stopped = false;

  constructor(options: SupervisorOptions) {
    this.device = options.device;
    this.#options = options;
    this.#logger = options.logger.child({ device: options.device });
    this.#start();
  }

  get status(): EngineStatus {
    return this.#status;
  }

  /** What the engine last said of itself; kept over a restart, since the device and its recipes stay the same. */
  get report(): EngineReady | undefined {
    return (
      this.#ready && {
        ...this.#ready,
        recipes: this.#ready.recipes.map((recipe) => {
          const reason = this.#leftOut.get(recipe.id)?.reason;
          return reason ? { ...recipe, runnable: false, reason } : recipe;
        }),
      }
    );
  }

  /** Reports a recipe as one that can't run, for a while: what is in its way here may go, as a full disk does. */
  leaveOut(recipe: string, reason: Notice): void {
    const timer = setTimeout(() => this.offerAgain(recipe), LEFT_OUT_MS);
    this.#leftOut.set(recipe, { reason, timer });
    this.#changed();
  }

  offerAgain(recipe: string): void {
    clearTimeout(this.#leftOut.get(recipe)?.timer);
    this.#leftOut.delete(recipe);
    this.#changed();
  }

  get pid(): number | undefined {
    return this.#engine?.pid;
  }

  get pool(): EnginePool | undefined {
    return this.#pool;
  }

  /**
   * The engine as soon as it can render at once, or undefined once the signal is aborted. It says `ready` before
   * its shared parts are loaded and tells its pool after that; a request waits in the queue until then, where its
   * wait is counted.
   */
  async whenReady(signal: AbortSignal): Promise<Engine | undefined> {
    while (!signal.aborted) {
      if (this.#status.state === "ready" && this.#pool) return this.#status.engine;
      await this.#change(signal);
    }
    return undefined;
  }

  /** Ends the engine, by force after the grace, and starts no other. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    clearTimeout(this.#exitDue);
    for (const { timer } of this.#leftOut.values()) clearTimeout(timer);
    await this.#engine?.shutdown(graceMs);
  }

  #start(): void {
    const engine = new Engine(this.#options.command, this.#options.limits, this.#logger, {
      onFetching: (fetching) => this.#onFetching(fetching),
      onReady: (ready) => {
        this.#logger.info({ versions: ready.versions, deviceName: ready.device.name }, "engine ready");
        this.#ready = ready;
        this.#setStatus({ state: "ready", engine });
      },
      onPool: (pool) => {
        countPoolChange(this.device, this.#pool, pool);
        this.#pool = pool;
        this.#changed();
      },
      onGivenUp: (what) => this.#onGivenUp(engine, what),
      onExit: (exit) => this.#onExit(exit),
    });
    this.#engine = engine;
    this.#logger.info({ enginePid: engine.pid }, "engine started");
  }

  #onFetching(fetching: EngineFetching): void {
    const tenth = Math.floor((10 * fetching.doneBytes) / Math.max(1, fetching.totalBytes));
    if (tenth !== this.#fetchedTenths) this.#logger.info(fetching, "downloading the model");
    this.#fetchedTenths = tenth;
    this.#setStatus({ state: "starting", fetching });
  }

  /**
   * Killed, but perhaps not gone: no other engine is started before its process has exited, since the two would share
   * one device's memory, and the device may be what holds it.
   */
  #onGivenUp({ pid }: Engine, what: string): void {
    this.#pool = undefined;
    if (this.#stopped) return;
    if (this.#status.state === "ready") this.#setStatus({ state: "starting" });
    this.#exitDue = setTimeout(() => {
      const problem =
        `The image engine on ${this.device} ${what}, and its process ${pid} does not exit although it was killed: ` +
        "the device's driver holds it. No other is started beside it. Reset the device or restart the machine.";
      this.#exitOverdue = true;
      this.#logger.error({ enginePid: pid }, problem);
      this.#setStatus({ state: "failing", problem });
    }, this.#options.policy.exitMs);
  }

  #onExit(exit: EngineExit): void {
    clearTimeout(this.#exitDue);
    this.#engine = undefined;
    this.#pool = undefined;
    if (this.#stopped) return;
    countEngineExit(this.device);
    const { policy } = this.#options;
    const now = performance.now();
    this.#deaths.push(now);
    while ((this.#deaths[0] ?? now) < now - policy.loopWindowMs) this.#deaths.shift();
    const failing = exit.hopeless || this.#deaths.length >= policy.loopDeaths;
    const delay = failing
      ? policy.failingDelayMs
      : Math.min(policy.firstDelayMs * 2 ** (this.#deaths.length - 1), policy.maxDelayMs);
    this.#logger.error({ ...exit, restartInMs: delay }, `The engine ${exit.what}.`);
    this.#restart = setTimeout(() => this.#start(), delay);
    if (failing) this.#setStatus({ state: "failing", problem: this.#inWords(exit) });
    else if (this.#status.state === "ready" || this.#exitOverdue) this.#setStatus({ state: "starting" });
    this.#exitOverdue = false;
  }

  #inWords(exit: EngineExit): string {
    const times = this.#deaths.length;
    const often = times >= this.#options.policy.loopDeaths ? ` ${times} times in a short while` : "";
    const detail = exit.message ?? (exit.lastLine ? `Its last words: ${exit.lastLine.slice(0, 300)}` : "");
    return `The image engine on ${this.device} stopped${often}: it ${exit.what}. ${detail}`.trim();
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    this.#changed();
  }

  #changed(): void {
    this.#options.onChange();
    for (const wake of [...this.#waiters]) wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener("abort", done);
    });
  }
}
