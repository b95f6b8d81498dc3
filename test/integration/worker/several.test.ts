/** Requests of several renders: one flow, answered once when all of them have ended in whatever way. */
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Request } from "../../../src/generation/request.ts";
import { placeOf } from "../../../src/queue/order.ts";
import { RenderWorker } from "../../../src/queue/renderWorker.ts";
import { standingsOf } from "../../../src/queue/standing.ts";
import { storeCancellation } from "../../../src/store/cancellations.ts";
import { present } from "../../../src/store/presence.ts";
import { readProgress } from "../../../src/store/progress.ts";
import { Journal } from "../../support/engine.ts";
import { fileServer } from "../../support/redis.ts";
import { isReady, TestBot, workerOptions } from "../../support/renderWorker.ts";
import { enqueue, member, request } from "../../support/request.ts";

const server = await fileServer();
let bot: TestBot;
let journal: Journal;
const workers: RenderWorker[] = [];

beforeEach(async () => {
  journal = new Journal();
  bot = new TestBot(server.url);
  await bot.redis.flushall();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  await bot.close();
  journal.remove();
});

function startWorker(engine: Record<string, string>): RenderWorker {
  const worker = new RenderWorker(workerOptions(server.url, journal, engine));
  workers.push(worker);
  return worker;
}

/** A comparison with one render for each pair of recipe and prompt; the fake engine takes its faults from prompts. */
async function compare(...renders: [recipe: string, prompt: string][]): Promise<Request> {
  const base = { width: 32, height: 16, steps: 4, guidance: 3.5, noise: [[{ seed: 1, weight: 1 }]] };
  const asked = request({
    kind: "compare",
    renders: renders.map(([recipe, prompt]) => ({ recipe, prompt, ...base })),
  });
  await enqueue(bot.redis, bot.producer, asked);
  return asked;
}

/** How many engines say that they can run it. */
async function enginesWith(redis: Redis, recipe: string): Promise<number> {
  const engines = (await present(redis)).flatMap((worker) => worker.engines);
  return engines.filter(({ recipes }) => recipes.some(({ id, runnable }) => id === recipe && runnable))
    .length;
}

/** Every outcome of the request's one answer. */
async function outcomes(asked: Request) {
  await bot.answer(asked);
  return bot.answers.find(({ id }) => id === asked.id)?.outcomes;
}

describe("a request of several renders", () => {
  it("is answered once, with each render by its place, whichever host rendered it", async () => {
    startWorker({ recipes: "bf16,gguf-q8_0" });
    startWorker({ recipes: "torchao-int8" });
    const asked = await compare(["bf16", "a"], ["torchao-int8", "a"], ["gguf-q8_0", "a"]);
    expect(await outcomes(asked)).toMatchObject([
      { ended: "rendered", result: { render: 0, recipe: "bf16" } },
      { ended: "rendered", result: { render: 1, recipe: "torchao-int8" } },
      { ended: "rendered", result: { render: 2, recipe: "gguf-q8_0" } },
    ]);
  });

  it("is answered with what was rendered and why the rest was not", async () => {
    startWorker({});
    const asked = await compare(["bf16", "a"], ["torchao-int8", "refuse"]);
    expect(await outcomes(asked)).toMatchObject([
      { ended: "rendered" },
      { ended: "failed", reason: { message: "No such size." } },
    ]);
  });

  it("goes to another host when one can't load what it offers", async () => {
    // Incident: a host with a full disk failed five of six requests that an idle one beside it could have rendered. It
    // was the quicker of the two at each.
    startWorker({ broken: "bf16" });
    startWorker({ "step-ms": "50" });
    await vi.waitFor(async () => expect(await enginesWith(bot.redis, "bf16")).toBe(2));
    const asked = await Promise.all(["a", "b", "c"].map((prompt) => compare(["bf16", prompt])));
    for (const one of asked) expect(await outcomes(one)).toMatchObject([{ ended: "rendered" }]);
    expect(await enginesWith(bot.redis, "bf16")).toBe(1);
    expect(journal.entries("generate").length).toBe(4); // one of them twice
  });

  it("is answered with why nobody could load it", async () => {
    startWorker({ broken: "bf16" });
    startWorker({ broken: "bf16" });
    await vi.waitFor(async () => expect(await enginesWith(bot.redis, "bf16")).toBe(2));
    const asked = await compare(["bf16", "a"]);
    expect(await outcomes(asked)).toMatchObject([
      { ended: "failed", reason: { message: "A file is damaged." } },
    ]);
  });

  it("tells where each render stands", async () => {
    startWorker({ "step-ms": "100" });
    await bot.presence(isReady);
    const asked = await compare(["bf16", "a"], ["torchao-int8", "a"], ["nobody-runs-this", "a"]);
    expect(await standingsOf(bot.redis, asked)).toContain("waiting");
    await vi.waitUntil(async () => (await readProgress(bot.redis, asked.id)).has(1), { timeout: 10_000 });
    expect(await standingsOf(bot.redis, asked)).toEqual(["rendered", "running", "waiting"]);
    await storeCancellation(bot.redis, asked.id, member(1));
    await bot.producer.stop(asked);
    expect(await outcomes(asked)).toMatchObject([
      { ended: "rendered" },
      { ended: "failed", reason: { message: "cancelled" } },
      { ended: "removed" },
    ]);
  });

  it("counts what waits before its first render, none of its own", async () => {
    const other = await compare(["bf16", "a"]);
    const asked = await compare(["bf16", "a"], ["torchao-int8", "a"]);
    expect((await placeOf(bot.redis, other)).ahead).toEqual(new Map());
    expect((await placeOf(bot.redis, asked)).ahead).toEqual(new Map([["bf16", 1]]));
  });

  it("lets a newcomer in between its renders", async () => {
    const asked = await compare(["bf16", "a"], ["torchao-int8", "a"], ["gguf-q8_0", "a"]);
    const newcomer = request({ userId: member(2), recipe: "gguf-q8_0" });
    await enqueue(bot.redis, bot.producer, newcomer);
    const { ahead } = await placeOf(bot.redis, newcomer);
    expect(ahead.get("gguf-q8_0")).toBeUndefined();
    expect((await placeOf(bot.redis, asked)).ahead.size).toBe(0);
  });
});
