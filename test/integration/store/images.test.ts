import { beforeEach, describe, expect, it, vi } from "vitest";
import { getImage, IMAGE_TTL_SECONDS, putImage } from "../../../src/store/images.ts";
import { keys } from "../../../src/store/keys.ts";
import { fileRedis } from "../../support/redis.ts";

const { redis } = await fileRedis();
beforeEach(() => redis.flushall());

const sum = async () => Number(await redis.get(keys.imageSum));

describe("the image store", () => {
  it("returns every byte as it was, and nothing for what it never had", async () => {
    const png = Buffer.from([0, 1, 2, 255, 254, 10, 13]);
    await putImage(redis, "a", png, 100);
    expect(await getImage(redis, "a")).toEqual(png);
    expect(await getImage(redis, "b")).toBeUndefined();
  });

  it("lets the oldest go when the budget is full, and never the newest", async () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => keys.image(id, 0, 0)) as [string, string, string];
    for (const key of [a, b, c]) await putImage(redis, key, Buffer.alloc(40), 100);
    expect(await getImage(redis, a)).toBeUndefined();
    expect(await getImage(redis, b)).toBeDefined();
    await putImage(redis, keys.image("large", 0, 0), Buffer.alloc(500), 100);
    expect(await getImage(redis, keys.image("large", 0, 0))).toHaveLength(500);
    expect(await sum()).toBe(500);
  });

  it("keeps what is not delivered yet", async () => {
    // Discord was away for an hour; pictures that waited for it left for newer ones, and "failed" was answered.
    const [waiting, answered, newest] = ["1", "2", "3"].map((id) => keys.image(id, 0, 0)) as [
      string,
      string,
      string,
    ];
    await redis.zadd(keys.open, 1, "1");
    for (const key of [waiting, answered, newest]) await putImage(redis, key, Buffer.alloc(60), 100);
    expect(await getImage(redis, waiting)).toHaveLength(60);
    expect(await getImage(redis, answered)).toBeUndefined();
    expect(await sum()).toBe(120);
  });

  it("counts an image once that a second try stores again", async () => {
    await putImage(redis, "a", Buffer.alloc(40), 100);
    await putImage(redis, "a", Buffer.alloc(30), 100);
    expect(await sum()).toBe(30);
  });

  it("forgets to count what a day has taken", async () => {
    await putImage(redis, "a", Buffer.alloc(40), 100);
    await redis.zadd(keys.imageIndex, Date.now() - IMAGE_TTL_SECONDS * 1000 - 1000, "a");
    await putImage(redis, "b", Buffer.alloc(10), 100);
    expect(await sum()).toBe(10);
  });

  it("incident: a worker whose clock was a day ahead uncounted what the others had stored, and Redis filled up", async () => {
    for (const id of ["1", "2", "3", "4"]) {
      await putImage(redis, keys.image(`right${id}`, 0, 0), Buffer.alloc(40), 100);
      vi.useFakeTimers({ now: Date.now() + IMAGE_TTL_SECONDS * 1000 + 1000, toFake: ["Date"] });
      await putImage(redis, keys.image(`ahead${id}`, 0, 0), Buffer.alloc(40), 100);
      vi.useRealTimers();
    }
    expect(await redis.keys(keys.image("*", 0, 0))).toHaveLength(2);
    expect(await sum()).toBe(80);
  });
});
