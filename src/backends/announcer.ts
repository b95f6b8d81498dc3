/** Keeps this worker's presence in Redis: at once when something changes, and often enough not to be forgotten. */
import { hostname } from "node:os";
import type { Redis } from "ioredis";
import type { Supervisor } from "../engine/supervisor.ts";
import type { Logger } from "../log.ts";
import { countOnline } from "../store/daily.ts";
import { announce, leave } from "../store/presence.ts";
import { type EnginePresence, PRESENCE_TTL_SECONDS } from "./presence.ts";

/** Changes that come together, such as `ready` and the first pool, make one announcement. */
const TOGETHER_MS = 50;

export class Announcer {
  readonly #redis: Redis;
  readonly #workerId: string;
  readonly #supervisors: () => readonly Supervisor[];
  readonly #logger: Logger;
  readonly #startedAt = Date.now();
  readonly #timer: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> | undefined;
  /** Up to when the engines' time online is counted, by performance.now(). */
  #countedTo = performance.now();
  #stopped = false;

  constructor(redis: Redis, workerId: string, supervisors: () => readonly Supervisor[], logger: Logger) {
    this.#redis = redis;
    this.#workerId = workerId;
    this.#supervisors = supervisors;
    this.#logger = logger;
    this.#timer = setInterval(() => this.#write(), (PRESENCE_TTL_SECONDS * 1000) / 3);
  }

  changed(): void {
    if (this.#stopped) return;
    this.#soon ??= setTimeout(() => this.#write(), TOGETHER_MS);
  }

  /** Resolves once Redis has what is so now. */
  async now(): Promise<void> {
    await this.#writing;
    this.#write();
    await this.#writing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    await this.#writing;
    await leave(this.#redis, this.#workerId);
  }

  #write(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    // With Redis away one announcement waits for it; the next timer brings it up to date.
    if (this.#writing) return;
    const seenAt = Date.now();
    const engines = this.#supervisors().map(presenceOf);
    const presence = { id: this.#workerId, host: hostname(), startedAt: this.#startedAt, seenAt, engines };
    this.#writing = Promise.all([
      announce(this.#redis, presence),
      countOnline(this.#redis, seenAt, this.#engineMs(engines)),
    ])
      .catch((error: unknown) => this.#logger.warn({ err: error }, "the presence could not be stored"))
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Milliseconds since the last count, once for each engine that is ready. */
  #engineMs(engines: EnginePresence[]): number {
    const now = performance.now();
    const elapsed = now - this.#countedTo;
    this.#countedTo = now;
    return elapsed * engines.filter(({ state }) => state === "ready").length;
  }
}

function presenceOf({ device, status, report, pool }: Supervisor): EnginePresence {
  return {
    device,
    deviceName: report?.device.name ?? device,
    totalBytes: report?.device.totalBytes ?? 0,
    budgetBytes: report?.device.budgetBytes ?? 0,
    state: status.state,
    ...(status.state === "failing" && { problem: status.problem }),
    ...(status.state === "starting" && status.fetching && { fetching: status.fetching }),
    ...(report && { model: report.model }),
    recipes: report?.recipes ?? [],
    pool: pool?.variants ?? [],
    versions: report?.versions ?? {},
  };
}
