/** What is made up for every half minute, while Redis is away. */
import { afterEach, expect, it, vi } from "vitest";
import { startSweeps } from "../../src/sweeps.ts";
import { silent } from "../support/engine.ts";
import { fileRedis } from "../support/redis.ts";

const { server, redis } = await fileRedis();
const HOUR_MS = 3_600_000;
afterEach(() => vi.useRealTimers());

it("incident: after an hour without Redis 120 sweeps of each kind were carried out at once", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const looked = { here: 0, there: 0 };
  const look = async (where: keyof typeof looked) => {
    looked[where] += 1;
    await redis.ping();
  };
  process.kill(server.pid, "SIGSTOP");
  const stop = startSweeps({ here: () => look("here"), there: () => look("there") }, silent);
  vi.advanceTimersByTime(HOUR_MS);
  expect(looked).toEqual({ here: 1, there: 1 });
  process.kill(server.pid, "SIGCONT");
  await vi.waitUntil(() => {
    vi.advanceTimersByTime(30_000);
    return looked.here > 1 && looked.there > 1;
  });
  stop();
});

it("goes on after one that failed", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let tries = 0;
  const failing = async () => {
    tries += 1;
    throw new Error("no");
  };
  const stop = startSweeps({ failing }, silent);
  await vi.waitUntil(() => {
    vi.advanceTimersByTime(30_000);
    return tries > 2;
  });
  stop();
});
