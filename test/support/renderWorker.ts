/** A worker with fake engines on a test's Redis, and the bot's side of the queue to ask it for renders. */
import type { Worker } from "bullmq";
import type { Redis } from "ioredis";
import { vi } from "vitest";
import type { WorkerPresence } from "../../src/backends/presence.ts";
import type { Request } from "../../src/generation/request.ts";
import { type RenderOutcome, startDeliveries } from "../../src/queue/deliveries.ts";
import { RequestProducer } from "../../src/queue/producer.ts";
import type { RenderWorkerOptions } from "../../src/queue/renderWorker.ts";
import { present } from "../../src/store/presence.ts";
import { connectPatiently } from "../../src/store/redis.ts";
import { fakeEngine, type Journal, LIMITS, POLICY, silent } from "./engine.ts";
import { enqueue, member, request } from "./request.ts";
import { TIMINGS } from "./timings.ts";

/** @param engine options of the fake engine */
export function workerOptions(
  redisUrl: string,
  journal: Journal,
  engine: Record<string, string> = {},
): RenderWorkerOptions {
  return {
    redisUrl,
    devices: ["cpu"],
    command: () => fakeEngine({ journal: journal.path, ...engine }),
    limits: LIMITS,
    policy: POLICY,
    timings: TIMINGS,
    imageBudgetBytes: 1024 ** 3,
    logger: silent,
  };
}

interface Asked {
  userId?: string;
  recipe?: string;
  images?: number;
  steps?: number;
  width?: number;
  height?: number;
  preview?: true;
  secret?: true;
}

/** The bot: asks, and counts every answer that it is told to deliver. */
export class TestBot {
  readonly redis: Redis;
  readonly answers: { id: string; outcomes: RenderOutcome[] }[] = [];
  readonly producer: RequestProducer;
  readonly #deliveries: Worker;
  readonly #connections: Redis[];

  constructor(url: string) {
    this.#connections = [connectPatiently(url), connectPatiently(url), connectPatiently(url)];
    const [redis, producing, delivering] = this.#connections as [Redis, Redis, Redis];
    for (const connection of this.#connections) connection.on("error", () => {});
    this.redis = redis;
    this.producer = new RequestProducer(producing);
    this.#deliveries = startDeliveries(delivering, {
      deliver: async ({ id }, outcomes) => {
        this.answers.push({ id, outcomes });
      },
      giveUp: async () => {},
      onFailure: () => {},
      onTrouble: () => {},
    });
  }

  /** Queues one render. */
  async ask(prompt: string, change: Asked = {}): Promise<Request> {
    const {
      recipe = "bf16",
      images = 1,
      steps = 2,
      width = 32,
      height = 16,
      userId = member(0),
      preview,
      secret,
    } = change;
    const noise = Array.from({ length: images }, (_, i) => [{ seed: 40 + i, weight: 1 }]);
    const asked = request({
      userId,
      renders: [{ recipe, prompt, width, height, steps, guidance: 3.5, noise, preview, secret }],
    });
    await enqueue(this.redis, this.producer, asked);
    return asked;
  }

  /** The outcome of a request's one render; fails when it was answered more than once. */
  async answer(asked: Request, timeout = 30_000): Promise<RenderOutcome> {
    const [answer, ...more] = await vi.waitUntil(
      () => {
        const found = this.answers.filter(({ id }) => id === asked.id);
        return found.length > 0 && found;
      },
      { timeout, interval: 10 },
    );
    const outcome = answer?.outcomes[0];
    if (!outcome || more.length > 0) throw new Error(`${asked.id} was answered ${more.length + 1} times`);
    return outcome;
  }

  /** The presence of a worker once it is as wanted. */
  async presence(wanted: (presence: WorkerPresence) => boolean, timeout = 10_000): Promise<WorkerPresence> {
    return vi.waitUntil(async () => (await present(this.redis)).find(wanted), { timeout, interval: 20 });
  }

  async close(): Promise<void> {
    await this.#deliveries.close(true);
    await this.producer.close();
    for (const connection of this.#connections) connection.disconnect();
  }
}

export const isReady = ({ engines }: WorkerPresence) => engines.every(({ state }) => state === "ready");
