/** A whole worker: its engines, a render loop for each, its presence, and its three connections to Redis. */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import { Announcer } from "../backends/announcer.ts";
import type { EngineCommand } from "../engine/command.ts";
import { type RestartPolicy, Supervisor } from "../engine/supervisor.ts";
import type { WatchdogLimits } from "../engine/watchdog.ts";
import type { Logger } from "../log.ts";
import { connectPatiently, watched } from "../store/redis.ts";
import { Calls } from "./calls.ts";
import { PreviewPace } from "./previews.ts";
import { RenderLoop } from "./renderLoop.ts";
import { type QueueTimings, RenderQueues } from "./renders.ts";

export interface RenderWorkerOptions {
  redisUrl: string;
  /** One engine each. */
  devices: string[];
  command: (device: string) => EngineCommand;
  limits: WatchdogLimits;
  policy: RestartPolicy;
  timings: QueueTimings;
  imageBudgetBytes: number;
  logger: Logger;
}

/** What an engine may take to leave once its work is done or handed back. */
const ENGINE_LEAVES_MS = 5000;
/** With Redis away the last words are not waited for: what is missing then, the next stalled check makes up for. */
const LAST_WORDS_MS = 3000;

export class RenderWorker {
  readonly id: string;
  readonly #logger: Logger;
  readonly #connections: Redis[];
  readonly #queues: RenderQueues;
  readonly #announcer: Announcer;
  readonly #supervisors: Supervisor[] = [];
  readonly #loops: RenderLoop[];
  #stopping: Promise<void> | undefined;

  constructor(options: RenderWorkerOptions) {
    const { redisUrl, timings, imageBudgetBytes } = options;
    this.id = `${hostname().replace(/[^\w.-]/g, "-")}-${randomBytes(4).toString("hex")}`;
    const logger = options.logger.child({ worker: this.id });
    this.#logger = logger;
    const connect = () => watched(connectPatiently(redisUrl), logger);
    const [redis, bullmq, subscriber] = [connect(), connect(), connect()];
    this.#connections = [redis, bullmq, subscriber];
    this.#queues = new RenderQueues(bullmq, this.id, timings, logger);
    this.#announcer = new Announcer(redis, this.id, () => this.#supervisors, logger);
    const calls = new Calls(subscriber, logger);
    const onChange = () => this.#announcer.changed();
    for (const device of options.devices) {
      const { limits, policy } = options;
      const command = options.command(device);
      this.#supervisors.push(new Supervisor({ device, command, limits, policy, logger, onChange }));
    }
    const { lockMs } = timings;
    const previews = new PreviewPace();
    const ports = {
      ...{ redis, queues: this.#queues, calls, previews, workerId: this.id },
      ...{ lockMs, imageBudgetBytes, logger, announce: () => this.#announcer.now() },
    };
    this.#loops = this.#supervisors.map((supervisor) => new RenderLoop(ports, supervisor, timings));
    onChange();
  }

  /** One for each engine. */
  get supervisors(): readonly Supervisor[] {
    return this.#supervisors;
  }

  /** Process ids of the engines that run. */
  get enginePids(): number[] {
    return this.#supervisors.flatMap(({ pid }) => pid ?? []);
  }

  /** Whether it has a job that `stop` waits for. */
  get rendersNow(): boolean {
    return this.#loops.some((loop) => loop.rendersNow);
  }

  /** Takes no more jobs, lets the running ones end within the bound, hands the rest back, and ends the engines. */
  stop(drainMs: number): Promise<void> {
    this.#stopping ??= this.#stop(drainMs);
    return this.#stopping;
  }

  async #stop(drainMs: number): Promise<void> {
    // A loop that renders nothing waits for Redis, and so would the last words.
    const forRedisAlone = !this.rendersNow && this.#connections.every(({ status }) => status !== "ready");
    const [drain, words] = forRedisAlone ? [0, 0] : [drainMs, LAST_WORDS_MS];
    const late = AbortSignal.timeout(drain);
    const drained = Promise.all(this.#loops.map((loop) => loop.drain(late)));
    await Promise.race([drained, delay(drain, undefined, { ref: false })]);
    await Promise.all(this.#supervisors.map((supervisor) => supervisor.stop(ENGINE_LEAVES_MS)));
    const lastWords = (async () => {
      await drained;
      await this.#announcer.stop();
      await this.#queues.close();
    })();
    await Promise.race([lastWords, delay(words, undefined, { ref: false })]);
    for (const connection of this.#connections) connection.disconnect();
    this.#logger.info("worker stopped");
  }
}
