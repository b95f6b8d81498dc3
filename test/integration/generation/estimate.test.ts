/** How long a wait is said to be, from what jobs took and what is asked for. */
import { Worker } from "bullmq";
import { beforeEach, describe, expect, it } from "vitest";
import { DirectoryCache } from "../../../src/backends/cache.ts";
import { estimateSeconds } from "../../../src/generation/estimate.ts";
import { noiseOf } from "../../../src/generation/parse.ts";
import { placeMessage } from "../../../src/generation/place.ts";
import type { Request } from "../../../src/generation/request.ts";
import { takeCensus } from "../../../src/queue/census.ts";
import { PREFIX, renderQueue } from "../../../src/queue/names.ts";
import { RequestProducer } from "../../../src/queue/producer.ts";
import { recordDuration } from "../../../src/store/durations.ts";
import { announce } from "../../../src/store/presence.ts";
import { writeProgress } from "../../../src/store/progress.ts";
import { connectPatiently } from "../../../src/store/redis.ts";
import { presence } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";
import { enqueue, member, request } from "../../support/request.ts";

const { redis } = await fileRedis();
const producer = new RequestProducer(redis);

beforeEach(async () => {
  await redis.flushall();
  await announce(redis, presence());
});

/** A job of bf16 that ran, of two images. */
const ran = (side: number, steps: number, seconds: number, stepSeconds: number, model = "tiny") =>
  recordDuration(redis, "bf16", {
    ...{ seconds, loadSeconds: 0, stepSeconds, images: 2, steps, width: side, height: side },
    ...{ model, device: "cpu", deviceName: "Test CPU", at: 1 },
    ...{ weightsBytes: 1000, measure: "process-rss" as const, peakBytes: 2000 },
  });

/** One of four images of 50 steps at 256x256. */
function large(): Request {
  const [render] = request().renders;
  if (!render) throw new Error("a request has a render");
  return request({ userId: member(1), renders: [{ ...render, steps: 50, noise: noiseOf(1, 4) }] });
}

async function queued(count: number): Promise<Request> {
  for (let i = 1; i < count; i++) await enqueue(redis, producer, large());
  const last = large();
  await enqueue(redis, producer, last);
  return last;
}

const headline = async (asked: Request) =>
  (await placeMessage(redis, new DirectoryCache(redis), asked, false)).content.split("\n")[0];
const allDone = async () =>
  estimateSeconds(await new DirectoryCache(redis).get(), (await takeCensus(redis)).work);

describe("an estimate", () => {
  it("incident: one job of another version failed the queue's listing and everybody's place behind it", async () => {
    const base = `${PREFIX}:${renderQueue("bf16")}`;
    await queued(2);
    const [first = ""] = await redis.zrange(`${base}:prioritized`, "0", "0");
    await redis.hset(`${base}:${first}`, "data", JSON.stringify({ noise: [1], size: "256x256" }));
    await redis.lpush(`${base}:active`, "another-0");
    await redis.hset(`${base}:another-0`, "data", JSON.stringify({ noise: [1], steps: 4 }));
    const census = await takeCensus(redis);
    expect(census).toMatchObject({ waiting: 2, running: 1 });
    expect([...census.work.values()].flat()).toHaveLength(1);
  });

  // Incident: after small jobs of half a second, seven large ones ahead of ten seconds each were said to take 3.33 s.
  it("scales with steps, size and images", async () => {
    for (let i = 0; i < 3; i++) await ran(128, 4, 0.5, 0.0125); // besides its steps, an image takes 0.2 s
    const last = await queued(8);
    // 4 x (0.2 + 50 x 0.05) = 10.8 s each
    expect(await headline(last)).toBe("⏳ **Waiting** · 7 ahead · about 1 min");
    expect(await allDone()).toBeCloseTo(86.4, 3);
  });

  it("goes by the jobs most like it, of the same model", async () => {
    for (let i = 0; i < 3; i++) await ran(128, 4, 0.5, 0.0125);
    await ran(256, 50, 5, 0.04);
    await ran(256, 50, 500, 4, "other");
    expect(await headline(await queued(3))).toBe("⏳ **Waiting** · 2 ahead · about 20 s");
  });

  it("counts of a render that runs what is left", async () => {
    await ran(256, 50, 5, 0.05);
    const [first, last] = [await queued(1), await queued(1)];
    const connection = connectPatiently(`redis://${redis.options.host}:${redis.options.port}`);
    const worker = new Worker(renderQueue("bf16"), undefined, {
      ...{ connection, prefix: PREFIX, autorun: false },
    });
    const job = await worker.getNextJob("token", { block: false });
    expect(job?.data.requestId).toBe(first.id);
    await writeProgress(redis, {
      ...{ requestId: first.id, render: 0, recipe: "bf16", phase: "rendering", at: 1 },
      ...{ image: 3, images: 4, step: 40, steps: 50 },
    });
    // Half a second of ten.
    expect(await headline(last)).toBe("⏳ **Waiting** · 1 ahead · about 1 s");
    await worker.close();
    connection.disconnect();
  });

  it("of a long queue is of all of it, though only some is looked at", async () => {
    await ran(256, 50, 5, 0.05);
    await queued(100);
    expect(await allDone()).toBeCloseTo(1000, 3);
  });

  it("is none while the backend was never measured", async () => {
    expect(await headline(await queued(2))).toBe("⏳ **Waiting** · 1 ahead");
  });
});
