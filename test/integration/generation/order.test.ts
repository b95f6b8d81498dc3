import { once } from "node:events";
import { Queue, Worker } from "bullmq";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { DirectoryCache } from "../../../src/backends/cache.ts";
import { settleCancelled } from "../../../src/generation/cancelled.ts";
import { placeMessage } from "../../../src/generation/place.ts";
import type { Request } from "../../../src/generation/request.ts";
import { settleReservations, submit } from "../../../src/generation/submit.ts";
import { DELIVERIES, PREFIX, renderQueue } from "../../../src/queue/names.ts";
import { admit, placeOf } from "../../../src/queue/order.ts";
import { RequestProducer } from "../../../src/queue/producer.ts";
import { storeCancellation } from "../../../src/store/cancellations.ts";
import { channels, keys } from "../../../src/store/keys.ts";
import { oldestOpen, openOf } from "../../../src/store/openRequests.ts";
import { Rates } from "../../../src/store/rates.ts";
import { connectFailingFast } from "../../../src/store/redis.ts";
import {
  close,
  readRecord,
  requestsOf,
  reservations,
  setAcknowledged,
  setNotify,
  unseal,
  withdraw,
} from "../../../src/store/requests.ts";
import { silent } from "../../support/engine.ts";
import { replaced } from "../../support/faults.ts";
import { fileRedis } from "../../support/redis.ts";
import { enqueue, LIMITS, member, request } from "../../support/request.ts";

const { redis } = await fileRedis(connectFailingFast);
const producer = new RequestProducer(redis);
const queues = new Map<string, Queue>();

beforeEach(() => redis.flushall());
afterAll(async () => {
  for (const queue of queues.values()) await queue.close();
  await producer.close();
});

function queue(name: string): Queue {
  const known = queues.get(name) ?? new Queue(name, { connection: redis, prefix: PREFIX });
  queues.set(name, known);
  return known;
}

/** Request ids in the order in which workers will take them. */
async function order(recipe: string): Promise<string[]> {
  const jobs = await queue(renderQueue(recipe)).getPrioritized();
  return jobs.map((job) => String(job.data.requestId));
}

describe("fair order", () => {
  it("lets a newcomer pass a member who floods the queue", async () => {
    const flood = Array.from({ length: 20 }, () => request({ userId: member(1) }));
    for (const asked of flood) await enqueue(redis, producer, asked);
    const newcomer = request({ userId: member(2) });
    await enqueue(redis, producer, newcomer);
    expect((await order("bf16")).indexOf(newcomer.id)).toBeLessThanOrEqual(2);
  });

  it("does not starve a second request however many newcomers arrive after it", async () => {
    await enqueue(redis, producer, request({ userId: member(1) }));
    const second = request({ userId: member(1) });
    await enqueue(redis, producer, second);
    for (let i = 0; i < 50; i++) {
      // The head is taken, as a worker would, and another newcomer arrives.
      const [head] = await queue(renderQueue("bf16")).getPrioritized(0, 0);
      if (head?.data.requestId === second.id) return;
      await head?.remove();
      await enqueue(redis, producer, request({ userId: member(100 + i) }));
    }
    expect.fail("the second request was passed by 50 newcomers");
  });

  it("compares across backends: the order is one, though each backend has its own queue", async () => {
    for (let i = 0; i < 5; i++)
      await enqueue(redis, producer, request({ userId: member(1), recipe: "bnb-nf4" }));
    const newcomer = request({ userId: member(2), recipe: "torchao-int8" });
    await enqueue(redis, producer, newcomer);
    const { ahead } = await placeOf(redis, newcomer);
    expect(ahead).toEqual(new Map([["bnb-nf4", 1]]));
  });

  it("starts over when nothing waits any more", async () => {
    const first = request({ userId: member(1) });
    await enqueue(redis, producer, first);
    await queue(renderQueue("bf16")).drain();
    await close(redis, first, []);
    expect(await admit(redis, request({ userId: member(1) }), LIMITS, "n")).toEqual({
      verdict: "admitted",
      priority: 1,
    });
  });
});

describe("admission", () => {
  it("makes one request of an interaction that arrives twice", async () => {
    const asked = request();
    expect((await enqueue(redis, producer, asked)).verdict).toBe("admitted");
    expect((await enqueue(redis, producer, asked)).verdict).toBe("known");
    expect(await order("bf16")).toEqual([asked.id]);
  });

  it("holds both limits exactly when 50 submissions arrive at once", async () => {
    const limits = { queue: 30, perMember: 3 };
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, (_, i) => admit(redis, request({ userId: member(i % 5) }), limits, "n")),
    );
    expect(verdicts.filter(({ verdict }) => verdict === "admitted")).toHaveLength(15);
    const others = await Promise.all(
      Array.from({ length: 50 }, (_, i) => admit(redis, request({ userId: member(10 + i) }), limits, "n")),
    );
    expect(others.filter(({ verdict }) => verdict === "admitted")).toHaveLength(15);
    expect(others.filter(({ verdict }) => verdict === "queue-full")).toHaveLength(35);
  });

  it("leaves nothing behind when it is taken back", async () => {
    const asked = request();
    await admit(redis, asked, { ...LIMITS, perMinute: 1 }, "mine");
    await withdraw(redis, asked, "mine");
    expect(await oldestOpen(redis, 10)).toEqual([]);
    expect(await readRecord(redis, asked.id)).toBeUndefined();
    expect((await new Rates(redis).requestsNow(asked))?.used).toBe(0);
  });
});

describe("an admission that was never confirmed", () => {
  async function reserved(): Promise<{ asked: ReturnType<typeof request>; settle: () => Promise<void> }> {
    const asked = request();
    await admit(redis, asked, LIMITS, "mine");
    await redis.zadd(keys.reserved, 0, asked.id); // long ago
    return { asked, settle: () => settleReservations({ redis, producer, limits: LIMITS }, silent) };
  }

  it("leaves no record behind when what was queued for it ends all the same", async () => {
    const { asked, settle } = await reserved();
    await settle();
    await close(redis, asked, []);
    expect(await redis.exists(keys.request(asked.id))).toBe(0);
  });

  it("is taken back when its jobs never came", async () => {
    const { asked, settle } = await reserved();
    await settle();
    expect(await readRecord(redis, asked.id)).toBeUndefined();
    expect(await oldestOpen(redis, 10)).toEqual([]);
  });

  it("counts when its jobs are there: the bot died just after", async () => {
    const { asked, settle } = await reserved();
    await producer.submit(asked, 1);
    await settle();
    expect((await readRecord(redis, asked.id))?.state).toBe("waiting");
  });

  it("is taken back although only another version can read it: it kept its member's place for a month", async () => {
    const { asked, settle } = await reserved();
    await redis.hset(keys.request(asked.id), "request", JSON.stringify({ ...asked, kind: "poem" }));
    await settle();
    expect(await openOf(redis, asked.guildId, asked.userId)).toBe(0);
    expect(await oldestOpen(redis, 10)).toEqual([]);
  });

  it("is forgotten when nothing of it can be read", async () => {
    const { asked, settle } = await reserved();
    await redis.hset(keys.request(asked.id), "request", "{");
    await settle();
    expect(await oldestOpen(redis, 10)).toEqual([]);
    expect(await reservations(redis, 0)).toEqual([]);
  });

  describe("incident: it was taken back while its bot was about to queue it, which rendered for nobody", () => {
    const to = { redis, limits: LIMITS };
    /** Until the sweep has come and gone. */
    const stoppedBefore = (asked: Request, then: () => Promise<unknown>) =>
      replaced(producer, "submit", async (...args: Parameters<typeof producer.submit>) => {
        await redis.zadd(keys.reserved, 0, asked.id);
        await settleReservations({ ...to, producer }, silent);
        await producer.submit(...args);
        await then();
      });

    it("what it queued is taken out again, and it is refused", async () => {
      const asked = request();
      const stopped = stoppedBefore(asked, async () => {});
      await expect(submit({ ...to, producer: stopped }, asked, "t")).rejects.toThrow("nothing was queued");
      expect(await producer.isQueued(asked.id)).toBe(false);
      expect(await order("bf16")).toEqual([]);
    });

    it("a worker that has taken it is told to stop", async () => {
      const asked = request();
      const worker = new Worker(renderQueue("bf16"), null, { connection: redis, prefix: PREFIX });
      const subscriber = redis.duplicate({ enableOfflineQueue: true });
      await subscriber.subscribe(channels.cancel);
      const told = once(subscriber, "message");
      const stopped = stoppedBefore(asked, () => worker.getNextJob("a token"));
      await expect(submit({ ...to, producer: stopped }, asked, "t")).rejects.toThrow("nothing was queued");
      expect(await told).toEqual([channels.cancel, asked.id]);
      subscriber.disconnect();
      await worker.close();
    });

    it("it is not by a bot whose clock is ahead", async () => {
      const asked = request();
      await admit(redis, asked, LIMITS, "mine");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3600_000 });
      await settleReservations({ ...to, producer }, silent);
      vi.useRealTimers();
      expect((await readRecord(redis, asked.id))?.state).toBe("reserved");
    });
  });

  it("is not taken back by another bot's try of the same interaction", async () => {
    const { asked } = await reserved();
    await withdraw(redis, asked, "another's");
    expect(await oldestOpen(redis, 10)).toEqual([asked.id]);
  });
});

describe("incident: a request that waited for 30 days was forgotten, and held its member's place for ever", () => {
  /** What lives no longer than that is gone. */
  async function thirtyDaysPass(): Promise<void> {
    for (const key of await redis.keys("quantspot:*")) {
      const left = await redis.ttl(key);
      if (left >= 0 && left <= 30 * 24 * 3600) await redis.del(key);
    }
  }
  it("it is there for as long as it waits, and for 30 days from its answer on", async () => {
    const waiting = request({ createdAt: Date.now() - 31 * 24 * 3600_000 });
    await enqueue(redis, producer, waiting, { ...LIMITS, perMember: 1 });
    await thirtyDaysPass();
    expect((await readRecord(redis, waiting.id))?.state).toBe("waiting");
    expect(await requestsOf(redis, waiting.userId)).toEqual([waiting.id]);
    await close(redis, waiting, []);
    expect(await openOf(redis, waiting.guildId, waiting.userId)).toBe(0);
    expect(await requestsOf(redis, waiting.userId)).toEqual([waiting.id]);
    await thirtyDaysPass();
    expect(await readRecord(redis, waiting.id)).toBeUndefined();
    expect(await requestsOf(redis, waiting.userId)).toEqual([]);
  });
});

it("says that a request waits for a worker where none is online", async () => {
  // Its last step stood there as "Rendering" for as long as no worker came back.
  const asked = request({ locale: "de" });
  await enqueue(redis, producer, asked);
  const directory = new DirectoryCache(redis);
  const { content } = await placeMessage(redis, directory, asked, false);
  expect(content).toMatch(/^⏸ \*\*Wartet\*\*, bis ein GPU-Worker online ist/);
});

it("incident: an acknowledgement of a request that was gone by then left a record for ever", async () => {
  const asked = request();
  await enqueue(redis, producer, asked);
  await redis.del(keys.request(asked.id)); // its member deleted it, or Redis lost it
  await setAcknowledged(redis, asked.id, "123");
  await setNotify(redis, asked.id);
  await unseal(redis, asked);
  expect(await redis.exists(keys.request(asked.id))).toBe(0);
});

describe("cancelling", () => {
  it("takes a waiting request out and releases its delivery", async () => {
    const asked = request();
    await enqueue(redis, producer, asked);
    await storeCancellation(redis, asked.id, member(1));
    await producer.stop(asked);
    expect(await order("bf16")).toEqual([]);
    const delivery = await queue(DELIVERIES).getJob(asked.id);
    expect(await delivery?.getState()).toBe("waiting");
  });

  describe("a render whose worker went away", () => {
    /** A worker takes the render, and dies. */
    async function taken() {
      const asked = request();
      await enqueue(redis, producer, asked);
      const worker = new Worker(renderQueue("bf16"), null, { connection: redis, prefix: PREFIX });
      const job = await worker.getNextJob("its token");
      await worker.close(true);
      /** Its lock runs out. */
      const forgotten = () => redis.del(queue(renderQueue("bf16")).toKey(`${job?.id}:lock`));
      const delivery = async () => (await queue(DELIVERIES).getJob(asked.id))?.getState();
      return { asked, job, forgotten, delivery };
    }

    it("incident: the cancel said so, and while no other worker had the recipe nothing ended", async () => {
      const { asked, forgotten, delivery } = await taken();
      await forgotten();
      await storeCancellation(redis, asked.id, asked.userId);
      await producer.stop(asked);
      expect(await delivery()).toBe("waiting");
    });

    it("ends by the sweep where its lock outlived the cancel, and is its worker's until then", async () => {
      const { asked, job, forgotten, delivery } = await taken();
      const untouched = await taken();
      await storeCancellation(redis, asked.id, asked.userId);
      await producer.stop(asked);
      await settleCancelled({ redis, producer }, silent);
      expect(await job?.getState()).toBe("active");
      await forgotten();
      await untouched.forgotten();
      await settleCancelled({ redis, producer }, silent);
      expect(await delivery()).toBe("waiting");
      expect(await untouched.delivery()).toBe("waiting-children");
    });
  });
});
