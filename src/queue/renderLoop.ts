/** One loop an engine: wait for the engine, find the job whose turn it is, render it, again. */
import { setTimeout as delay } from "node:timers/promises";
import type { Job } from "bullmq";
import type { Engine } from "../engine/engine.ts";
import type { Notice } from "../engine/notices.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import { sparingly } from "../log.ts";
import { readGate } from "../store/gate.ts";
import { present } from "../store/presence.ts";
import { traceJob } from "../tracing.ts";
import { HeadOrder, peekHeads } from "./heads.ts";
import { type Rendering, type RenderPorts, RenderRun } from "./render.ts";
import type { QueueTimings } from "./renders.ts";

const AFTER_ERROR_MS = 1000;

export class RenderLoop {
  readonly #ports: RenderPorts;
  readonly #supervisor: Supervisor;
  readonly #timings: QueueTimings;
  readonly #order: HeadOrder;
  readonly #noMore = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #ended: Promise<void>;
  #taken = 0;
  #rendersNow = false;

  constructor(ports: RenderPorts, supervisor: Supervisor, timings: QueueTimings) {
    this.#ports = ports;
    this.#supervisor = supervisor;
    this.#timings = timings;
    this.#order = new HeadOrder(timings.warmBoundMs);
    this.#ended = this.#loop();
  }

  get rendersNow(): boolean {
    return this.#rendersNow;
  }

  /** Takes no more jobs. The running one has until the signal; after that it is handed back to the queue. */
  async drain(giveUp: AbortSignal): Promise<void> {
    this.#noMore.abort();
    giveUp.addEventListener("abort", () => this.#giveUp.abort(), { once: true });
    if (giveUp.aborted) this.#giveUp.abort();
    await this.#ended;
  }

  async #loop(): Promise<void> {
    const stop = this.#noMore.signal;
    const tell = sparingly((error) =>
      this.#ports.logger.error({ err: error }, "the render loop met an error; it goes on"),
    );
    while (!stop.aborted) {
      try {
        const engine = await this.#supervisor.whenReady(stop);
        if (engine) await this.#turn(engine, stop);
      } catch (error) {
        tell(error);
        await delay(AFTER_ERROR_MS);
      }
    }
  }

  async #turn(engine: Engine, stop: AbortSignal): Promise<void> {
    const { calls } = this.#ports;
    const seen = calls.submissions;
    this.#taken += 1;
    const token = `${this.#ports.workerId}/${this.#supervisor.device}/${this.#taken}`;
    const variants = this.#supervisor.pool?.variants.filter(({ state }) => state === "resident") ?? [];
    const resident = new Set(variants.map(({ recipe }) => recipe));
    const taken = await this.#take(token, resident);
    if (taken) {
      const leaveToOthers = (recipe: string, reason: Notice) => this.#leaveToOthers(recipe, reason);
      const run = new RenderRun(this.#ports, taken.job, token, this.#rendering(), leaveToOthers);
      const loaded = resident.has(taken.recipe);
      this.#rendersNow = true;
      await traceJob(taken.job, () => run.run(engine, loaded, this.#giveUp.signal)).finally(() => {
        this.#rendersNow = false;
      });
    } else await calls.nextSubmission(seen, this.#timings.idleMs, stop);
  }

  #rendering(): Rendering {
    const { model, versions } = this.#supervisor.report ?? {};
    return { model: model?.name ?? "", revision: model?.revision, versions: versions ?? {} };
  }

  /** Where nobody else offers the recipe, it stays this engine's, and whoever asks for it is told at once. */
  async #leaveToOthers(recipe: string, reason: Notice): Promise<boolean> {
    this.#supervisor.leaveOut(recipe, reason);
    // Before the look at others: of two that fail at once, neither may take the other for one that can.
    await this.#ports.announce();
    const engines = (await present(this.#ports.redis)).flatMap((worker) => worker.engines);
    const offered = engines.some(
      ({ state, recipes }) =>
        state !== "failing" && recipes.some(({ id, runnable }) => id === recipe && runnable),
    );
    if (!offered) this.#supervisor.offerAgain(recipe);
    return offered;
  }

  /** The job whose turn it is. Another worker may be faster at each head; then the next best is tried. */
  async #take(
    token: string,
    resident: ReadonlySet<string>,
  ): Promise<{ job: Job; recipe: string } | undefined> {
    const { queues, redis } = this.#ports;
    const report = this.#supervisor.report;
    const runnable = report?.recipes.filter((recipe) => recipe.runnable).map(({ id }) => id) ?? [];
    await Promise.all(runnable.map((recipe) => queues.watch(recipe)));
    const heads = await peekHeads(redis, runnable);
    for (const { recipe } of this.#order.order(heads, resident)) {
      const job = await queues.take(recipe, token);
      if (!job) continue;
      // The gate may have closed since the look at the heads. Whoever closed it relies on this: nothing starts after.
      if (!(await readGate(redis))) return { job, recipe };
      await queues.handBack(job, token);
      break;
    }
    return undefined;
  }
}
