/** The worker with the real engine on tiny, on a real Redis: one engine for the whole file. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { engineCommand } from "../../src/engine/command.ts";
import { RESTART_POLICY } from "../../src/engine/supervisor.ts";
import { WATCHDOG_LIMITS } from "../../src/engine/watchdog.ts";
import type { Progress, Request } from "../../src/generation/request.ts";
import { QUEUE_TIMINGS } from "../../src/queue/renders.ts";
import { RenderWorker } from "../../src/queue/renderWorker.ts";
import { storeCancellation } from "../../src/store/cancellations.ts";
import { getImage } from "../../src/store/images.ts";
import { channels } from "../../src/store/keys.ts";
import { silent } from "../support/engine.ts";
import { fileServer } from "../support/redis.ts";
import { isReady, TestBot } from "../support/renderWorker.ts";

const PATIENCE_MS = 120_000;

const server = await fileServer();
let bot: TestBot;
let worker: RenderWorker;
const told: Progress[] = [];

async function rendered(asked: Request) {
  const outcome = await bot.answer(asked, PATIENCE_MS);
  if (outcome.ended !== "rendered") throw new Error(JSON.stringify(outcome));
  const pngs = await Promise.all(outcome.result.images.map(({ key }) => getImage(bot.redis, key)));
  return { ...outcome.result, pngs: pngs.map((png) => png?.toString("base64")) };
}

const toldOf = (asked: Request) => told.filter(({ requestId }) => requestId === asked.id);

beforeAll(async () => {
  bot = new TestBot(server.url);
  const subscriber = bot.redis.duplicate();
  await subscriber.subscribe(channels.progress);
  subscriber.on("message", (_channel, text) => told.push(JSON.parse(text)));
  subscriber.on("error", () => {}); // the end of the test's Redis
  worker = new RenderWorker({
    redisUrl: server.url,
    devices: ["cpu"],
    command: (device) => engineCommand(readConfig({}).engine, device),
    limits: WATCHDOG_LIMITS,
    policy: RESTART_POLICY,
    timings: QUEUE_TIMINGS,
    imageBudgetBytes: 1024 ** 3,
    logger: silent,
  });
  await bot.presence(isReady, PATIENCE_MS);
}, PATIENCE_MS);

afterAll(async () => {
  await worker.stop(0);
  await bot.close();
});

describe("the real engine", () => {
  const size = { width: 128, height: 128, steps: 4 };

  it(
    "renders with two recipes: the same seed, different pixels, the smaller one in less memory",
    async () => {
      // Twice a second is told where a render stands; with four steps it had ended before, now and then.
      const long = { ...size, images: 2, steps: 25 };
      const asked = [
        await bot.ask("two red stars on a blue background", { ...long, recipe: "bf16" }),
        await bot.ask("two red stars on a blue background", { ...long, recipe: "torchao-int8" }),
      ];
      const [original, quantized] = [
        await rendered(asked[0] as Request),
        await rendered(asked[1] as Request),
      ];
      expect(original.images.map(({ width, height }) => [width, height])).toEqual([
        [128, 128],
        [128, 128],
      ]);
      expect(new Set([...original.pngs, ...quantized.pngs]).size).toBe(4);
      expect(quantized.stats.memory.weightsBytes).toBeLessThan(original.stats.memory.weightsBytes);
      expect(toldOf(asked[0] as Request)[0]).toMatchObject({ phase: "loading", images: 2, steps: 25 });
      expect(toldOf(asked[0] as Request).some(({ phase }) => phase === "rendering")).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    "draws the same picture again for the same seed, and keeps both variants loaded",
    async () => {
      const first = await rendered(await bot.ask("a red car", { ...size, recipe: "bf16" }));
      const again = await rendered(await bot.ask("a red car", { ...size, recipe: "bf16" }));
      expect(again.pngs).toEqual(first.pngs);
      expect(again.stats.seconds.load).toBeUndefined();
      const { engines } = await bot.presence(isReady);
      const resident = engines[0]?.pool.filter(({ state }) => state === "resident");
      expect(resident?.map(({ recipe }) => recipe).sort()).toEqual(["bf16", "torchao-int8"]);
    },
    PATIENCE_MS,
  );

  it(
    "stops at a cancellation and renders the next request",
    async () => {
      const asked = await bot.ask("a rainbow", { ...size, steps: 50, images: 4 });
      await vi.waitUntil(() => toldOf(asked).some(({ step }) => step > 0), { timeout: PATIENCE_MS });
      await storeCancellation(bot.redis, asked.id, "1");
      await bot.producer.stop(asked);
      expect(await bot.answer(asked, PATIENCE_MS)).toEqual({
        ended: "failed",
        reason: { message: "cancelled" },
      });
      expect(toldOf(asked).every(({ image }) => image === 0)).toBe(true);
      await rendered(await bot.ask("a sun", size));
    },
    PATIENCE_MS,
  );

  it(
    "passes a refusal of the request on in a sentence",
    async () => {
      const outcome = await bot.answer(await bot.ask("a sun", { ...size, steps: 5000 }), PATIENCE_MS);
      expect(outcome).toMatchObject({
        ended: "failed",
        reason: { code: "steps_refused", params: { least: 1, most: 50 } },
      });
    },
    PATIENCE_MS,
  );

  it(
    "is replaced when it is killed in mid-render, and the request is answered once",
    async () => {
      // Long enough to be told of steps, which happens twice a second, on any machine.
      const asked = await bot.ask("snowy mountains", { width: 256, height: 256, steps: 50, images: 4 });
      await vi.waitUntil(() => toldOf(asked).some(({ step }) => step > 0), { timeout: PATIENCE_MS });
      process.kill(worker.enginePids[0] ?? 0, "SIGKILL");
      await rendered(asked);
      expect(bot.answers.filter(({ id }) => id === asked.id)).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});
