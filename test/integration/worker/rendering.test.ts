/** The worker on a real Redis with a fake engine: what a render brings, and how it ends when it can't. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Progress } from "../../../src/generation/request.ts";
import { renderJobId, renderQueue } from "../../../src/queue/names.ts";
import { RenderWorker } from "../../../src/queue/renderWorker.ts";
import { storeCancellation } from "../../../src/store/cancellations.ts";
import { readDurations } from "../../../src/store/durations.ts";
import { getImage } from "../../../src/store/images.ts";
import { channels, keys } from "../../../src/store/keys.ts";
import { present } from "../../../src/store/presence.ts";
import { readPreview, writePreview } from "../../../src/store/previews.ts";
import { readProgress } from "../../../src/store/progress.ts";
import { Journal } from "../../support/engine.ts";
import { fileServer } from "../../support/redis.ts";
import { isReady, TestBot, workerOptions } from "../../support/renderWorker.ts";
import { member } from "../../support/request.ts";

const server = await fileServer();
let bot: TestBot;
let journal: Journal;
let workers: RenderWorker[];

function startWorker(engine: Record<string, string> = {}): RenderWorker {
  const options = workerOptions(server.url, journal, engine);
  // No lock runs out in this file, however busy the machine is.
  const worker = new RenderWorker({ ...options, timings: { ...options.timings, lockMs: 20_000 } });
  workers.push(worker);
  return worker;
}

const renders = () => journal.entries("generate").map(({ prompt }) => prompt);

beforeEach(async () => {
  bot = new TestBot(server.url);
  await bot.redis.flushall();
  journal = new Journal();
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop(0)));
  await bot.close();
  journal.remove();
});

describe("a render", () => {
  it("stores its images losslessly, and its result reaches the delivery", async () => {
    const worker = startWorker();
    const asked = await bot.ask("a star", { images: 2 });
    const outcome = await bot.answer(asked);
    if (outcome.ended !== "rendered") throw new Error(outcome.ended);
    const { images, stats, queueSeconds, pngSeconds, workerId } = outcome.result;
    expect(workerId).toBe(worker.id);
    expect(stats.deviceName).toBe("Fake");
    expect(queueSeconds).toBeGreaterThan(0);
    expect(pngSeconds).toBeGreaterThan(0);
    expect(images.map(({ key }) => key)).toEqual([keys.image(asked.id, 0, 0), keys.image(asked.id, 0, 1)]);
    for (const [i, { key, bytes }] of images.entries()) {
      const png = await getImage(bot.redis, key);
      expect(png?.length).toBe(bytes);
      const { default: sharp } = await import("sharp");
      const raw = await sharp(png).raw().toBuffer();
      expect([raw.length, new Set(raw)]).toEqual([32 * 16 * 3, new Set([40 + i])]);
    }
  });

  it("tells its progress, at most twice a second and the first word at once", async () => {
    const told: Progress[] = [];
    const subscriber = bot.redis.duplicate();
    await subscriber.subscribe(channels.progress);
    subscriber.on("message", (_channel, text) => told.push(JSON.parse(text)));
    startWorker({ "step-ms": "50" });
    await bot.presence(isReady);
    const asked = await bot.ask("a star", { steps: 25 });
    await bot.answer(asked);
    subscriber.disconnect();
    expect(told[0]).toMatchObject({
      requestId: asked.id,
      recipe: "bf16",
      phase: "loading",
      images: 1,
      steps: 25,
    });
    expect(told.at(-1)).toMatchObject({ phase: "rendering", image: 0 });
    const gaps = told.slice(1).map(({ at }, i) => at - (told[i]?.at ?? 0));
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(told.length).toBeLessThanOrEqual(5);
    expect(Math.min(...gaps)).toBeGreaterThan(350);
    expect(await readProgress(bot.redis, asked.id)).toEqual(new Map([[0, told.at(-1)]]));
    expect(await bot.redis.ttl(keys.progress(asked.id))).toBeGreaterThan(3000);
  });

  it("leaves what the picture looks like so far, where that is asked for", async () => {
    startWorker({ "step-ms": "20" });
    const asked = await bot.ask("a star", { steps: 12, preview: true });
    await bot.answer(asked);
    const preview = await vi.waitUntil(() => readPreview(bot.redis, asked.id));
    const { default: sharp } = await import("sharp");
    expect(await sharp(preview).metadata()).toMatchObject({ format: "webp", width: 512, height: 256 });
    const without = await bot.ask("a star", { steps: 12 });
    await bot.answer(without);
    expect(await readPreview(bot.redis, without.id)).toBeUndefined();
  });

  it("leaves how long it took, for estimates", async () => {
    startWorker();
    await bot.answer(await bot.ask("a star", { images: 2, steps: 3 }));
    const durations = await vi.waitUntil(async () => {
      const found = await readDurations(bot.redis, "bf16");
      return found.length > 0 && found;
    });
    expect(durations).toEqual([
      expect.objectContaining({ seconds: 0.2, images: 2, steps: 3, width: 32, height: 16, device: "cpu" }),
    ]);
  });

  it("is started by the call that it was submitted: an idle worker does not wait for its next look", async () => {
    const options = workerOptions(server.url, journal);
    workers.push(new RenderWorker({ ...options, timings: { ...options.timings, idleMs: 3_600_000 } }));
    await bot.presence(isReady);
    expect(await bot.answer(await bot.ask("a star"))).toMatchObject({ ended: "rendered" });
    expect(await bot.answer(await bot.ask("another star"))).toMatchObject({ ended: "rendered" });
  });
});

describe("several engines", () => {
  it("of one worker render side by side, each on its device", async () => {
    workers.push(
      new RenderWorker({
        ...workerOptions(server.url, journal, { "step-ms": "30" }),
        devices: ["cuda:0", "cuda:1"],
      }),
    );
    const { engines } = await bot.presence((seen) => seen.engines.length === 2 && isReady(seen));
    expect(engines.map(({ device }) => device)).toEqual(["cuda:0", "cuda:1"]);
    const asked = [await bot.ask("one", { steps: 20 }), await bot.ask("two", { steps: 20 })];
    await vi.waitUntil(() => renders().length === 2, { timeout: 5000 });
    expect(bot.answers).toEqual([]);
    expect(new Set(journal.entries("generate").map(({ pid }) => pid)).size).toBe(2);
    for (const one of asked) expect(await bot.answer(one)).toMatchObject({ ended: "rendered" });
  });
});

describe("the choice of the next render", () => {
  it("prefers a loaded variant to one that is a single step ahead, and comes back to that", async () => {
    startWorker({ "step-ms": "20" });
    const running = await bot.ask("the running one", { steps: 30 });
    await vi.waitUntil(() => renders().length === 1, { timeout: 5000 });
    const cold = await bot.ask("cold", { recipe: "torchao-int8", userId: member(1) });
    const warm = await bot.ask("warm", { recipe: "bf16", userId: member(2) });
    for (const one of [running, cold, warm]) await bot.answer(one);
    expect(renders()).toEqual(["the running one", "warm", "cold"]);
  });

  it("keeps the fair order for whoever is further behind", async () => {
    startWorker({ "step-ms": "20" });
    const running = await bot.ask("the running one", { steps: 30 });
    await vi.waitUntil(() => renders().length === 1, { timeout: 5000 });
    const cold = await bot.ask("cold", { recipe: "torchao-int8", userId: member(1) });
    const others = [];
    for (const prompt of ["first", "second"]) others.push(await bot.ask(prompt, { userId: member(2) }));
    for (const one of [running, cold, ...others]) await bot.answer(one);
    // The member's first request is one step behind `cold`, the second two.
    expect(renders()).toEqual(["the running one", "first", "cold", "second"]);
  });
});

describe("a render that fails", () => {
  it("is not tried again when the engine refuses it; the reason is the engine's sentence", async () => {
    startWorker();
    const asked = await bot.ask("refuse this");
    expect(await bot.answer(asked)).toEqual({ ended: "failed", reason: { message: "No such size." } });
    expect(renders()).toEqual(["refuse this"]);
  });

  it.each(["once-die", "once-garbage", "once-busy", "once-hang", "once-short"])(
    "succeeds on another try after a fault of the engine (%s), and is answered once",
    async (prompt) => {
      startWorker();
      const asked = await bot.ask(prompt);
      const next = await bot.ask("the next one");
      expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
      expect(await bot.answer(next)).toMatchObject({ ended: "rendered" });
      expect(renders().filter((rendered) => rendered === prompt)).toHaveLength(2);
    },
  );

  // Incident: the picture of the attempt that had died stood there while another drew anew.
  it("leaves nothing of the attempt that died to look at, as soon as another begins", async () => {
    const asked = await bot.ask("once-die");
    await writePreview(bot.redis, asked.id, Buffer.from("what the first attempt drew"));
    startWorker();
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
    expect(await readPreview(bot.redis, asked.id)).toBeUndefined();
  });

  it("is given up after three tries, and the next one renders", async () => {
    startWorker();
    const asked = await bot.ask("die whatever happens");
    const next = await bot.ask("the next one");
    expect(await bot.answer(asked)).toEqual({
      ended: "failed",
      reason: {
        code: "engine_died",
        message: "The image engine stopped in the middle of rendering: it was ended by SIGKILL.",
      },
    });
    expect(await bot.answer(next)).toMatchObject({ ended: "rendered" });
    expect(renders().filter((prompt) => prompt === "die whatever happens")).toHaveLength(3);
  });

  it("is not rendered once more when BullMQ has given it up", async () => {
    const asked = await bot.ask("a star");
    const job = `quantspot:${renderQueue("bf16")}:${renderJobId(asked.id, 0)}`;
    await bot.redis.hset(job, "defa", "job stalled more than allowable limit");
    startWorker();
    expect(await bot.answer(asked)).toEqual({
      ended: "failed",
      reason: { code: "worker_gone", message: "job stalled more than allowable limit" },
    });
    expect(renders()).toEqual([]);
  });

  it("is not rendered when its data can't be read", async () => {
    const asked = await bot.ask("a star");
    await bot.redis.hset(`quantspot:${renderQueue("bf16")}:${renderJobId(asked.id, 0)}`, "data", '{"v":2}');
    startWorker();
    expect(await bot.answer(asked)).toMatchObject({
      ended: "failed",
      reason: { code: "unreadable" },
    });
    expect(renders()).toEqual([]);
  });
});

describe("a cancelled render", () => {
  it("is not started when it was cancelled while it waited", async () => {
    const asked = await bot.ask("a star");
    await storeCancellation(bot.redis, asked.id, "1");
    startWorker();
    expect(await bot.answer(asked)).toEqual({ ended: "failed", reason: { message: "cancelled" } });
    expect(renders()).toEqual([]);
  });

  it("stops within a step when it runs", async () => {
    startWorker({ "step-ms": "20" });
    const asked = await bot.ask("a star", { steps: 400 });
    await vi.waitUntil(async () => (await readProgress(bot.redis, asked.id)).size > 0, { timeout: 5000 });
    await storeCancellation(bot.redis, asked.id, "1");
    const before = performance.now();
    await bot.producer.stop(asked);
    expect(await bot.answer(asked)).toEqual({ ended: "failed", reason: { message: "cancelled" } });
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await bot.answer(await bot.ask("the next one"))).toMatchObject({ ended: "rendered" });
  });
});

describe("the presence", () => {
  it("says what the engine can do, follows its pool, and goes with the worker", async () => {
    const worker = startWorker();
    const { engines } = await bot.presence(isReady);
    expect(engines).toMatchObject([
      { device: "cpu", deviceName: "Fake", model: { name: "fake" }, versions: { fake: "1" } },
    ]);
    expect(engines[0]?.recipes.map(({ id }) => id)).toEqual(["bf16", "torchao-int8"]);
    await bot.answer(await bot.ask("a star", { recipe: "torchao-int8" }));
    await bot.presence(({ engines: [engine] }) =>
      Boolean(engine?.pool.some(({ recipe, state }) => recipe === "torchao-int8" && state === "resident")),
    );
    await worker.stop(0);
    expect(await present(bot.redis)).toEqual([]);
  });

  it("says in plain words that the engine dies at every start, and that it came back", async () => {
    const options = workerOptions(server.url, journal);
    let broken = true;
    const command = options.command;
    options.command = (device) => {
      const good = command(device);
      // Read at each start, as a repaired file would be.
      return {
        ...good,
        get args() {
          return broken ? [...good.args, "--start=die"] : good.args;
        },
      };
    };
    workers.push(new RenderWorker(options));
    const failing = await bot.presence(({ engines: [engine] }) => engine?.state === "failing");
    expect(failing.engines[0]?.problem).toBe(
      "The image engine on cpu stopped 5 times in a short while: it ended with exit code 3. " +
        "Its last words: ImportError: no module named torch",
    );
    broken = false;
    await bot.presence(isReady);
  });

  it("gives the engine's own sentence at the first start that can't be mended by another", async () => {
    startWorker({ start: "load-error" });
    const failing = await bot.presence(({ engines: [engine] }) => engine?.state === "failing");
    expect(failing.engines[0]?.problem).toContain("The model folder holds no transformer.");
  });
});
