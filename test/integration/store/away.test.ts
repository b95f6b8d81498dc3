/** Redis that is there and takes nothing. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectFailingFast, connectPatiently, isAway } from "../../../src/store/redis.ts";
import { startTestRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startTestRedis();
  redis = connectPatiently(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

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

it("is no such thing when a command itself was wrong, and is one when nobody listens", async () => {
  expect(isAway(await failure(redis.call("HSET", "a", "b", "c")))).toBe(false);
  const nobody = connectFailingFast("redis://127.0.0.1:1");
  nobody.on("error", () => {});
  expect(isAway(await failure(nobody.set("a", "b")))).toBe(true);
  nobody.disconnect();
});
