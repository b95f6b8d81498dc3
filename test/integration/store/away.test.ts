/** Redis that is there and takes nothing. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it, vi } from "vitest";
import { RequestProducer } from "../../../src/queue/producer.ts";
import { QuizJobs } from "../../../src/queue/quizJobs.ts";
import { connectFailingFast, isAway } from "../../../src/store/redis.ts";
import { fileRedis } from "../../support/redis.ts";
import { request } from "../../support/request.ts";

const { server, redis } = await fileRedis();

const failure = (command: Promise<unknown>) => command.then(() => undefined).catch((error: unknown) => error);

it("is told as a queue that can't be reached, not as a fault of ours", async () => {
  // A Redis that was out of memory made /preset answer "Something went wrong on our side".
  await redis.config("SET", "maxmemory", 1);
  expect(isAway(await failure(redis.set("a", "b")))).toBe(true);
  expect(isAway(await failure(redis.eval("redis.call('SET', KEYS[1], 'b')", 1, "a")))).toBe(true);
  await redis.config("SET", "maxmemory", 0);
  await redis.call("REPLICAOF", "127.0.0.1", "1");
  expect(isAway(await failure(redis.set("a", "b")))).toBe(true);
  await redis.call("REPLICAOF", "NO", "ONE");
  expect(await failure(redis.set("a", "b"))).toBeUndefined();
});

it("incident: with too few replicas, as docs/operating.md has it, a refused write was a fault of ours", async () => {
  await redis.config("SET", "min-replicas-to-write", "1");
  expect(isAway(await failure(redis.eval("redis.call('SET', KEYS[1], 'b')", 1, "a")))).toBe(true);
  expect(isAway(await failure(redis.multi().set("a", "b").exec()))).toBe(true);
  await redis.config("SET", "min-replicas-to-write", "0");
  expect(isAway(await failure(redis.multi().call("HSET", "a", "b", "c").exec()))).toBe(false);
});

it("is no such thing when a command itself was wrong, and is one when nobody listens", async () => {
  expect(isAway(await failure(redis.call("HSET", "a", "b", "c")))).toBe(false);
  const nobody = connectFailingFast("redis://127.0.0.1:1");
  nobody.on("error", () => {});
  expect(isAway(await failure(nobody.set("a", "b")))).toBe(true);
  nobody.disconnect();
});

it("fails what is asked while it hangs, and nothing that is asked later", async () => {
  // A Redis that hung when BullMQ first looked at a queue made every cancellation fail until the bot's next start.
  const hasty = connectFailingFast(server.url).duplicate({ commandTimeout: 50 });
  await new Promise((resolve) => hasty.once("ready", resolve));
  const asked = request();
  process.kill(server.pid, "SIGSTOP");
  const producer = new RequestProducer(hasty);
  const quizJobs = new QuizJobs(hasty);
  const doing = [producer.submit(asked, 1), producer.isQueued(asked.id), quizJobs.closeEarly("r1")];
  expect((await Promise.all(doing.map(failure))).map(isAway)).toEqual([true, true, true]);
  process.kill(server.pid, "SIGCONT");
  await vi.waitUntil(() => hasty.ping().catch(() => false));
  hasty.options.commandTimeout = 5000; // so that a busy machine is none that hangs
  await producer.submit(asked, 1);
  expect(await producer.isQueued(asked.id)).toBe(true);
  await producer.stop(asked);
  await quizJobs.closeEarly("r1");
  await producer.close();
  await quizJobs.stop();
  hasty.disconnect();
});

it("refuses one submission when its scripts were thrown away, and takes the next", async () => {
  // After SCRIPT FLUSH every submission failed with NOSCRIPT until the connection broke by itself.
  const producer = new RequestProducer(redis);
  await producer.submit(request(), 1);
  await redis.script("FLUSH");
  const asked = request();
  await expect(producer.submit(asked, 1)).rejects.toThrow("NOSCRIPT");
  await producer.submit(asked, 1);
  expect(await producer.isQueued(asked.id)).toBe(true);
  await producer.close();
});

// Incident: bot and worker ended with Redis' own "WRONGPASS invalid username-password pair", and named no setting.
it("ends a program that has the wrong password or none, and says what to correct", async () => {
  await redis.config("SET", "requirepass", "right");
  const start = (program: string, password: string) =>
    promisify(execFile)(process.execPath, ["--import", "tsx", `src/${program}.ts`], {
      env: { ...process.env, REDIS_URL: server.url, REDIS_PASSWORD: password, DISCORD_TOKEN: "unused" },
    });
  const ends = await Promise.all([start("bot", "wrong"), start("worker", "")].map(failure));
  await redis.config("SET", "requirepass", "");
  const end = {
    code: 1,
    stderr: expect.stringMatching(/^Redis: it does not take the password .* REDIS_PASSWORD/),
  };
  expect(ends).toMatchObject([end, end]);
});
