import { type Job, Queue } from "bullmq";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { peekHeads } from "../../../src/queue/heads.ts";
import { PREFIX, renderQueue } from "../../../src/queue/names.ts";
import { RenderQueues } from "../../../src/queue/renders.ts";
import { silent } from "../../support/engine.ts";
import { fileRedis } from "../../support/redis.ts";
import { TIMINGS } from "../../support/timings.ts";

const { redis } = await fileRedis();
let queues: RenderQueues;
let producers: Map<string, Queue>;

const RECIPES = ["bf16", "bnb-nf4", "quanto-int8"];

async function add(recipe: string, id: string, priority: number): Promise<Job> {
  const job = await producers.get(recipe)?.add("generate", {}, { jobId: id, priority });
  if (!job) throw new Error(recipe);
  return job;
}

afterAll(() => queues.close());
beforeEach(async () => {
  await redis.flushall();
  producers = new Map(
    RECIPES.map((recipe) => [recipe, new Queue(renderQueue(recipe), { connection: redis, prefix: PREFIX })]),
  );
  queues = new RenderQueues(redis, "w1", TIMINGS, silent);
  await Promise.all(RECIPES.map((recipe) => queues.watch(recipe)));
});

describe("peeking", () => {
  it("finds each queue's next job, as BullMQ would give it out", async () => {
    await add("bf16", "second", 7);
    await add("bf16", "first", 3);
    await add("bf16", "third", 7);
    await add("quanto-int8", "other", 5);
    const heads = await peekHeads(redis, RECIPES);
    expect(heads).toMatchObject([
      { recipe: "bf16", id: "first", priority: 3 },
      { recipe: "quanto-int8", id: "other", priority: 5 },
    ]);
    expect(Math.abs(Date.now() - (heads[0]?.timestamp ?? 0))).toBeLessThan(10_000);
    for (const id of ["first", "second", "third"]) {
      expect((await peekHeads(redis, ["bf16"]))[0]?.id).toBe(id);
      expect((await queues.take("bf16", `token-${id}`))?.id).toBe(id);
    }
    expect(await peekHeads(redis, ["bf16"])).toEqual([]);
  });

  it("sees a job that was handed back before everything else of its priority", async () => {
    await add("bf16", "first", 3);
    await add("bf16", "second", 3);
    const job = await queues.take("bf16", "token");
    if (!job) throw new Error("nothing to take");
    await queues.handBack(job, "token");
    expect(await peekHeads(redis, ["bf16"])).toMatchObject([{ id: "first", priority: 3 }]);
    const again = await queues.take("bf16", "token-2");
    expect([again?.id, again?.attemptsMade]).toEqual(["first", 0]);
  });

  it("sees a job that stalled, with its priority, before the others", async () => {
    await add("bf16", "first", 3);
    await queues.take("bf16", "token"); // and nobody renews its lock
    await add("bf16", "second", 1);
    await expect
      .poll(() => peekHeads(redis, ["bf16"]), { timeout: 10_000, interval: 50 })
      .toMatchObject([{ id: "first", priority: 3 }]);
  });

  it("passes over a queue that was paused", async () => {
    await add("bf16", "first", 3);
    await add("quanto-int8", "other", 5);
    await producers.get("bf16")?.pause();
    expect(await peekHeads(redis, RECIPES)).toMatchObject([{ id: "other" }]);
    expect(await queues.take("bf16", "token")).toBeUndefined();
  });
});

describe("the end of a job", () => {
  it("is not forced upon a job that another worker holds by now", async () => {
    await add("bf16", "first", 3);
    const job = await queues.take("bf16", "token");
    if (!job) throw new Error("nothing to take");
    await redis.set(`${PREFIX}:${renderQueue("bf16")}:first:lock`, "another worker's token");
    expect(await queues.fail(job, "token", { message: "too late" }, false)).toBe(false);
    expect(await producers.get("bf16")?.getActiveCount()).toBe(1);
  });

  it("is tried again until Redis takes it", async () => {
    await add("bf16", "first", 3);
    const job = await queues.take("bf16", "token");
    if (!job) throw new Error("nothing to take");
    await redis.config("SET", "maxmemory", "1");
    const failing = queues.fail(job, "token", { message: "no luck" }, false);
    await expect.poll(async () => (await redis.info("errorstats")).includes("errorstat_OOM")).toBe(true);
    await redis.config("SET", "maxmemory", "0");
    expect(await failing).toBe(true);
    expect(await producers.get("bf16")?.getFailedCount()).toBe(1);
  });
});
