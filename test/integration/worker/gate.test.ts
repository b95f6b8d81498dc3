/** The gate before all queues, with workers on a real Redis and fake engines. */
import { Queue } from "bullmq";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PREFIX, renderQueue } from "../../../src/queue/names.ts";
import { RenderQueues } from "../../../src/queue/renders.ts";
import { RenderWorker } from "../../../src/queue/renderWorker.ts";
import { closeGate, openGate, readGate } from "../../../src/store/gate.ts";
import { openOfGuild } from "../../../src/store/openRequests.ts";
import { Journal } from "../../support/engine.ts";
import { fileServer } from "../../support/redis.ts";
import { isReady, TestBot, workerOptions } from "../../support/renderWorker.ts";
import { enqueue, member, request } from "../../support/request.ts";

const server = await fileServer();
let bot: TestBot;
let journal: Journal;
let workers: RenderWorker[];

async function startWorker(engine: Record<string, string> = {}): Promise<RenderWorker> {
  const options = workerOptions(server.url, journal, engine);
  const worker = new RenderWorker({ ...options, timings: { ...options.timings, lockMs: 20_000 } });
  workers.push(worker);
  await bot.presence((presence) => presence.id === worker.id && isReady(presence));
  return worker;
}

const close = (mode: "paused" | "draining" = "paused") =>
  closeGate(bot.redis, { mode, by: member(9), at: 1 });
const started = () => journal.entries("generate").map(({ prompt }) => prompt);

/** Until the workers have looked at the heads so many times more. */
async function looks(count: number): Promise<void> {
  const done = async () => Number(/cmdstat_eval:calls=(\d+)/.exec(await bot.redis.info("commandstats"))?.[1]);
  const before = await done();
  await vi.waitUntil(async () => (await done()) >= before + count, { timeout: 10_000, interval: 20 });
}

beforeEach(async () => {
  bot = new TestBot(server.url);
  await bot.redis.flushall();
  journal = new Journal();
  workers = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(workers.map((worker) => worker.stop(0)));
  await bot.close();
  journal.remove();
});

describe("a closed gate", () => {
  it("lets what runs be finished and nothing more start, on any worker, in any queue, also a new one", async () => {
    await Promise.all([startWorker({ "step-ms": "100" }), startWorker({ "step-ms": "100" })]);
    const running = await bot.ask("runs", { steps: 5 });
    await vi.waitUntil(() => started().length === 1);
    await close();
    const waiting = [await bot.ask("waits"), await bot.ask("waits too", { recipe: "torchao-int8" })];
    expect((await bot.answer(running)).ended).toBe("rendered");
    await looks(6);
    expect(started()).toEqual(["runs"]);
    await openGate(bot.redis);
    for (const asked of waiting) expect((await bot.answer(asked)).ended).toBe("rendered");
  });

  it("stays closed for a worker that starts later", async () => {
    await close();
    const asked = await bot.ask("waits");
    await startWorker();
    await looks(4);
    expect(started()).toEqual([]);
    expect(await readGate(bot.redis)).toEqual({ mode: "paused", by: member(9), at: 1 });
    await openGate(bot.redis);
    expect((await bot.answer(asked)).ended).toBe("rendered");
  });

  it("holds for a job that was taken in the very moment it closed: it goes back to its place", async () => {
    const take = RenderQueues.prototype.take;
    vi.spyOn(RenderQueues.prototype, "take").mockImplementationOnce(async function (
      this: RenderQueues,
      ...args
    ) {
      const job = await take.apply(this, args);
      await close();
      return job;
    });
    const first = await bot.ask("first");
    const second = await bot.ask("second");
    await startWorker();
    await vi.waitUntil(() => readGate(bot.redis));
    await looks(4);
    expect(started()).toEqual([]);
    const bf16 = new Queue(renderQueue("bf16"), { connection: bot.redis, prefix: PREFIX });
    expect(await bf16.getJobCounts("active", "prioritized")).toEqual({ active: 0, prioritized: 2 });
    await openGate(bot.redis);
    await Promise.all([bot.answer(first), bot.answer(second)]);
    expect(started()).toEqual(["first", "second"]);
  });

  it("takes requests in while paused, and none while draining, of which nothing is left behind", async () => {
    await close("draining");
    const asked = request();
    expect(await enqueue(bot.redis, bot.producer, asked)).toEqual({ verdict: "draining" });
    expect(await openOfGuild(bot.redis, asked.guildId)).toEqual([]);
    expect(await bot.redis.keys("quantspot:request:*")).toEqual([]);
    await close("paused");
    expect((await enqueue(bot.redis, bot.producer, asked)).verdict).toBe("admitted");
    expect(await openOfGuild(bot.redis, asked.guildId)).toEqual([asked.id]);
  });
});
