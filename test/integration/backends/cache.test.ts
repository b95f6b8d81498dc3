import { afterEach, describe, expect, it, vi } from "vitest";
import { DirectoryCache } from "../../../src/backends/cache.ts";
import { announce } from "../../../src/store/presence.ts";
import { connectFailingFast } from "../../../src/store/redis.ts";
import { presence } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";

const { redis } = await fileRedis(connectFailingFast);
afterEach(() => vi.useRealTimers());

describe("the directory for autocomplete", () => {
  it("incident: once the clock was set back, it stayed what it was for as long", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const cache = new DirectoryCache(redis);
    expect((await cache.get()).offered).toEqual([]);
    await announce(redis, presence());
    vi.advanceTimersByTime(2000);
    vi.setSystemTime(Date.now() - 3_600_000);
    expect((await cache.get()).offered).toHaveLength(2);
  });

  it("comes while Redis hangs, as it was last read", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    await announce(redis, presence());
    const cache = new DirectoryCache(redis);
    await cache.get();
    // Old enough to be read again.
    vi.advanceTimersByTime(60_000);
    await redis.client("PAUSE", 60_000);
    let answered = false;
    const hanging = redis.ping().finally(() => {
      answered = true;
    });
    hanging.catch(() => {}); // its time runs out, which is the point
    const directory = await cache.recent();
    expect(answered).toBe(false);
    expect(directory.offered.map(({ report }) => report.id)).toEqual(["bf16", "torchao-int8"]);
  });
});
