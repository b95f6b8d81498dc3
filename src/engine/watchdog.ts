/**
 * Watches that an engine lives and works. A silent engine is dead, whatever the process table says; one whose
 * heartbeat goes on while its request stands still is stuck in a kernel or a lock.
 *
 * Time is counted in the watchdog's own ticks and not by a clock: after a suspended laptop or a blocked event loop
 * the first tick runs before the engine's waiting messages are read, and a clock would call that silence.
 */
export interface WatchdogLimits {
  /** Silence before `ready`: importing torch keeps even a heartbeat thread waiting. */
  startSilenceMs: number;
  /** From start to `ready`, or from one sign of a download's progress to the next. */
  startMs: number;
  /** Silence once it was ready. */
  silenceMs: number;
  /** A request that is loading or quantizing its variant and shows no other progress. */
  loadingMs: number;
  /** A request without a step, image or end. A first step may compile the model. */
  progressMs: number;
  /** After `done`: the last pixels are on the other pipe. */
  pixelsMs: number;
}

export const WATCHDOG_LIMITS: WatchdogLimits = {
  startSilenceMs: 90_000,
  startMs: 30 * 60_000,
  silenceMs: 10_000,
  loadingMs: 30 * 60_000,
  progressMs: 10 * 60_000,
  pixelsMs: 5_000,
};

type Work = "starting" | "idle" | "loading" | "rendering";

export class Watchdog {
  readonly #limits: WatchdogLimits;
  readonly #tickMs: number;
  readonly #onTrip: (reason: string) => void;
  readonly #timer: NodeJS.Timeout;
  #work: Work = "starting";
  #silentMs = 0;
  #stillMs = 0;

  /** @param onTrip called once, with what happened as a sentence's end: "gave no sign of life for 10 s". */
  constructor(limits: WatchdogLimits, onTrip: (reason: string) => void) {
    this.#limits = limits;
    this.#onTrip = onTrip;
    this.#tickMs = Math.min(1000, Math.min(...Object.values(limits)) / 5);
    this.#timer = setInterval(() => this.#tick(), this.#tickMs);
  }

  /** Anything that the engine said. */
  alive(): void {
    this.#silentMs = 0;
  }

  /** The work went on, or became other work. */
  progress(work: Work): void {
    this.#work = work;
    this.#stillMs = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#silentMs += this.#tickMs;
    this.#stillMs += this.#tickMs;
    const limits = this.#limits;
    const silence = this.#work === "starting" ? limits.startSilenceMs : limits.silenceMs;
    if (this.#silentMs >= silence) this.#trip(`gave no sign of life for ${inWords(silence)}`);
    else if (this.#work === "starting" && this.#stillMs >= limits.startMs)
      this.#trip(`was not ready after ${inWords(limits.startMs)}`);
    else if (this.#work === "loading" && this.#stillMs >= limits.loadingMs)
      this.#trip(`was loading for ${inWords(limits.loadingMs)} without an end`);
    else if (this.#work === "rendering" && this.#stillMs >= limits.progressMs)
      this.#trip(`made no step for ${inWords(limits.progressMs)}`);
  }

  #trip(reason: string): void {
    this.stop();
    this.#onTrip(reason);
  }
}

function inWords(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 100) / 10} s`;
}
