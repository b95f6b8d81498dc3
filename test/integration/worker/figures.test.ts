/** What renders leave in the public figures, and what a quiz's secret ones must not. */
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import { recordRender } from "../../../src/backends/figures.ts";
import { guide } from "../../../src/backends/guide.ts";
import { measuredOf } from "../../../src/backends/measured.ts";
import { visibleTo } from "../../../src/generation/overview.ts";
import { RenderWorker } from "../../../src/queue/renderWorker.ts";
import { readDays } from "../../../src/store/daily.ts";
import { recordDistance } from "../../../src/store/distances.ts";
import { readDurations } from "../../../src/store/durations.ts";
import { present } from "../../../src/store/presence.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { Journal } from "../../support/engine.ts";
import { fileServer } from "../../support/redis.ts";
import { isReady, TestBot, workerOptions } from "../../support/renderWorker.ts";
import { enqueue, member, request } from "../../support/request.ts";

const t = textsFor("en-US");
const server = await fileServer();
let bot: TestBot;
let journal: Journal;
let worker: RenderWorker;
let log = "";

beforeAll(async () => {
  bot = new TestBot(server.url);
  journal = new Journal();
  const sink = new Writable({
    write(chunk, _, done) {
      log += chunk;
      done();
    },
  });
  const options = workerOptions(server.url, journal, { recipes: "bf16,bnb-nf4,gguf-q2_k" });
  worker = new RenderWorker({ ...options, logger: pino({ level: "trace" }, sink) });
  await bot.presence(isReady);
});
afterAll(async () => {
  await worker.stop(0);
  await bot.close();
  journal.remove();
});
beforeEach(async () => {
  const kept = [
    ...(await bot.redis.keys("quantspot:durations:*")),
    ...(await bot.redis.keys("quantspot:day:*")),
  ];
  if (kept.length > 0) await bot.redis.del(kept);
  log = "";
});

const today = async () => (await readDays(bot.redis, 1, Date.now()))[0];

describe("a render that is done", () => {
  it("is counted to its day with its images, its wait and what the engine spent on it", async () => {
    await bot.answer(await bot.ask("a star", { images: 3 }));
    await bot.answer(await bot.ask("a circle", { recipe: "bnb-nf4" }));
    await vi.waitUntil(async () => (await today())?.renders === 2);
    const day = await today();
    expect(day).toMatchObject({ renders: 2, images: 4, busySeconds: 0.4 }); // the fake engine says 0.2 s each
    expect([...(day?.waits.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(2);
    await vi.waitUntil(async () => ((await today())?.onlineSeconds ?? 0) > 0, { timeout: 15_000 });
    expect(await bot.redis.ttl(`quantspot:day:${day?.date}`)).toBeGreaterThan(0);
  });

  it("can be told apart by what it measured, and what never ran is named as such", async () => {
    await bot.answer(await bot.ask("a star", { images: 2 }));
    await bot.answer(await bot.ask("a star", { recipe: "bnb-nf4" }));
    await vi.waitUntil(async () => (await today())?.renders === 2);
    const directory = directoryOf(await present(bot.redis));
    const ids = directory.offered.map(({ report }) => report.id);
    const measured = await measuredOf(bot.redis, ids, "fake");
    expect(measured.setting).toMatchObject({ model: "fake", deviceName: "Fake", width: 32, steps: 2 });
    expect(measured.figures.get("bf16")?.seconds.median).toBeCloseTo(0.1);
    expect((await measuredOf(bot.redis, ids, "another model")).setting).toBeUndefined();

    const ports = { redis: bot.redis, directory, measured, t };
    const fastest = (await guide(ports, "fastest")).join("\n");
    expect(fastest).toMatch(/1\. bf16 `bf16` · 0\.10 s.*\n2\. bnb-nf4 `bnb-nf4` · 0\.20 s/);
    expect(fastest).toContain("Never measured here in that setting: `gguf-q2_k`");
    expect((await guide(ports, "hardware")).join()).toContain("Fake (cpu)");
  });
});

describe("distances", () => {
  it("are remembered once, however often an answer is composed, and the guide speaks from them", async () => {
    const worker = (await present(bot.redis))[0];
    const directory = directoryOf(worker ? [worker] : []);
    for (const backend of directory.offered)
      if (backend.report.id !== "bf16") backend.report = { ...backend.report, family: "gguf" };
    const ports = { redis: bot.redis, directory, measured: { setting: undefined, figures: new Map() }, t };
    expect((await guide(ports, "closest")).join()).toContain("not measured here yet");
    const distance = {
      ...{ original: "bf16", model: "fake", width: 32, height: 32, steps: 2 },
      ...{ psnr: 31.5, perceptual: 0.25, at: 5 },
    };
    await recordDistance(bot.redis, "gguf-q2_k", distance);
    await recordDistance(bot.redis, "gguf-q2_k", distance);
    const closest = (await guide(ports, "closest")).join("\n");
    expect(closest).toContain("1. gguf-q2_k `gguf-q2_k` · 0.250, PSNR 31.5 dB (1 comparison)");
    expect(closest).toContain("Never compared here: `bnb-nf4`");
  });
});

describe("a secret render", () => {
  it("leaves no trace of its backend in figures, log or queue until it is revealed", async () => {
    const asked = request({ userId: member(3) });
    const [render] = asked.renders;
    if (!render) throw new Error("a request has a render");
    asked.renders = [{ ...render, recipe: "gguf-q2_k", width: 32, height: 16, secret: true }];
    const viewer = {
      guildId: asked.guildId,
      channelId: asked.channelId,
      userId: member(3),
      moderates: "server",
    } as const;
    await enqueue(bot.redis, bot.producer, asked);
    const visible = await visibleTo(bot.redis, viewer);
    expect(visible.map(({ request: { id } }) => id)).not.toContain(asked.id);
    const outcome = await bot.answer(asked);
    if (outcome.ended !== "rendered") throw new Error(outcome.ended);
    // One that is not secret, after it in the same engine: by then the figures of both would be there.
    await bot.answer(await bot.ask("open"));
    await vi.waitUntil(async () => (await today())?.renders === 1);
    expect(await readDurations(bot.redis, "gguf-q2_k")).toEqual([]);
    const lines = log.split("\n").filter((line) => line.includes(asked.id));
    expect(lines.join("\n")).toContain("rendered");
    expect(lines.join("\n")).not.toMatch(/gguf|seconds|memory|"render":/);

    const job = { ...render, recipe: "gguf-q2_k", requestId: asked.id };
    await recordRender(bot.redis, job, outcome.result, Date.now());
    expect(await readDurations(bot.redis, "gguf-q2_k")).toHaveLength(1);
    expect(await today()).toMatchObject({ renders: 2 });
  });
});
