/** What the bot tells Prometheus of the queues, on a real Redis without workers. */
import { afterAll, expect, it, vi } from "vitest";
import { freePort } from "../../src/setup/ports.ts";
import { measureQueues } from "../../src/status/queues.ts";
import { redisProblems } from "../../src/status/readiness.ts";
import { registry } from "../../src/status/registry.ts";
import { keys } from "../../src/store/keys.ts";
import { connectFailingFast } from "../../src/store/redis.ts";
import { fileServer } from "../support/redis.ts";
import { TestBot } from "../support/renderWorker.ts";
import { enqueue, request } from "../support/request.ts";

const server = await fileServer();
const bot = new TestBot(server.url);
afterAll(() => bot.close());

it("counts what waits by backend, and an open quiz's renders by none", async () => {
  await bot.ask("a fox");
  await bot.ask("a boat");
  const { renders, ...rest } = request();
  const secret = renders.flatMap((render) =>
    ["bf16", "gguf-q2_k"].map((recipe) => ({ ...render, recipe, secret: true as const })),
  );
  const round = { ...rest, kind: "quiz" as const, renders: secret };
  await enqueue(bot.redis, bot.producer, round);
  await bot.redis.sadd(keys.unrevealed, round.id);
  await measureQueues(bot.redis);
  const text = await registry.metrics();
  expect(text).toContain('quantspot_queue_waiting{recipe="bf16"} 2');
  expect(text).toContain('quantspot_queue_waiting{recipe="gguf-q2_k"} 0');
  expect(text).toContain('quantspot_queue_waiting{recipe="quiz"} 2');
  expect(text).toContain("quantspot_requests_open 3");
  expect(text).toMatch(/^quantspot_redis_up 1$/m);
});

// Incident: during an upgrade, the other version's open round made all that is measured look like Redis being away.
it("leaves out a round that another version has opened", async () => {
  const round = { ...request(), kind: "quiz" as const };
  await enqueue(bot.redis, bot.producer, round);
  await bot.redis.hset(keys.request(round.id), "request", JSON.stringify({ ...round, kind: "poem" }));
  await bot.redis.sadd(keys.unrevealed, round.id);
  await measureQueues(bot.redis);
  expect(await registry.metrics()).toMatch(/^quantspot_redis_up 1$/m);
});

// Incident: of a Redis that was away /readyz said "Stream isn't writeable and enableOfflineQueue options is false".
it("is not ready without Redis, and says why", async () => {
  const port = await freePort();
  const away = connectFailingFast(`redis://127.0.0.1:${port}`);
  const problems = redisProblems(away);
  expect(await problems()).toEqual([expect.stringMatching(/^Redis: no connection yet/)]);
  await vi.waitFor(async () =>
    expect(await problems()).toEqual([
      `Redis: nothing answers at 127.0.0.1, port ${port} (connect ECONNREFUSED 127.0.0.1:${port}). Start Redis there, or correct REDIS_URL.`,
    ]),
  );
  away.disconnect();
});

// Incident: with Redis away for five minutes the alert said that it does not write its append-only file, and there were
// no requests and no workers, which nobody could know.
it("says nothing of a Redis that is away but that", async () => {
  await measureQueues(bot.redis);
  expect(await registry.metrics()).toMatch(/^quantspot_redis_append_only_ok 1$/m);
  const away = connectFailingFast(`redis://127.0.0.1:${await freePort()}`);
  away.on("error", () => {});
  await measureQueues(away);
  away.disconnect();
  const figures = (await registry.metrics()).split("\n").filter((line) => line && !line.startsWith("#"));
  expect(figures).toEqual(["quantspot_redis_up 0"]);
  await measureQueues(bot.redis);
  expect(await registry.metrics()).toMatch(/^quantspot_workers 0$/m);
});
