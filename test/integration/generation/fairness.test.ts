/** Who is served while others ask again and again: jobs are taken and ended as workers do it, on a real Redis. */
import type { Job } from "bullmq";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Request } from "../../../src/generation/request.ts";
import { parseRenderJobId } from "../../../src/queue/names.ts";
import { admit } from "../../../src/queue/order.ts";
import { RequestProducer } from "../../../src/queue/producer.ts";
import { RenderQueues } from "../../../src/queue/renders.ts";
import { SET_BACK_ABOVE } from "../../../src/queue/virtualTime.ts";
import { keys } from "../../../src/store/keys.ts";
import { close, confirm, withdraw } from "../../../src/store/requests.ts";
import { silent } from "../../support/engine.ts";
import { fileRedis } from "../../support/redis.ts";
import { enqueue, LIMITS, member, request } from "../../support/request.ts";
import { TIMINGS } from "../../support/timings.ts";

const { redis } = await fileRedis();
const producer = new RequestProducer(redis);
let queues: RenderQueues;
/** What was asked and is not answered, with the renders that are missing. */
const open = new Map<string, { asked: Request; missing: number }>();

beforeAll(async () => {
  queues = new RenderQueues(redis, "worker", { ...TIMINGS, lockMs: 60_000 }, silent);
  await queues.watch("bf16");
});
beforeEach(async () => {
  open.clear();
  await redis.flushall();
});
afterAll(async () => {
  await queues.close();
  await producer.close();
});

async function ask(who: number, renders = 1, recipe = "bf16"): Promise<Request> {
  const one = request({ recipe }).renders;
  const asked = request({ userId: member(who), renders: Array.from({ length: renders }, () => one).flat() });
  open.set(asked.id, { asked, missing: renders });
  await enqueue(redis, producer, asked);
  return asked;
}

/** Which member asked, as `member` counts them. */
const whoAsked = ({ userId }: Request) => Number(BigInt(userId) - BigInt(member(0)));

async function take(): Promise<Job> {
  const job = await queues.take("bf16", "token");
  if (!job) throw new Error("nothing waits");
  return job;
}

/** Takes a render and ends it. What it was of, and whether that is answered now. */
async function serve(): Promise<{ asked: Request; answered: boolean }> {
  const job = await take();
  await job.moveToCompleted({}, "token", false);
  const request = open.get(parseRenderJobId(job.id ?? "").requestId);
  if (!request) throw new Error(`${job.id} was not asked for`);
  request.missing -= 1;
  const answered = request.missing === 0;
  if (answered) await close(redis, request.asked, []);
  return { asked: request.asked, answered };
}

describe("fairness", () => {
  // The incident: while a render waited that no worker could run, its priority stayed the lowest, and newcomers got the
  // same low number for ever: whoever asked again after each answer was served, second requests never.
  it("serves second requests although a render waits that nobody can run", async () => {
    await ask(9, 1, "gguf-q8_0");
    const waiting = [await ask(1), await ask(1), await ask(1)].map(({ id }) => id);
    for (const who of [2, 3, 4]) await ask(who);
    const served: string[] = [];
    for (let turn = 0; turn < 12; turn++) {
      const { asked } = await serve();
      served.push(asked.id);
      if (whoAsked(asked) !== 1) await ask(whoAsked(asked));
    }
    expect(served.filter((id) => waiting.includes(id))).toEqual(waiting);
  });

  // The incident: a comparison counted as one request and took six places, so of 60 renders 36 went to one member.
  it("gives whoever compares no more renders than whoever does not", async () => {
    for (let i = 0; i < 5; i++) {
      await ask(1, 6);
      for (const who of [2, 3, 4]) await ask(who);
    }
    const renders = new Map([1, 2, 3, 4].map((who) => [who, 0]));
    for (let turn = 0; turn < 40; turn++) {
      const { asked, answered } = await serve();
      const who = whoAsked(asked);
      renders.set(who, (renders.get(who) ?? 0) + 1);
      if (answered) await ask(who, who === 1 ? 6 : 1);
    }
    for (const count of renders.values()) expect([9, 10, 11]).toContain(count);
  });

  it("puts what is handed back before whatever comes then", async () => {
    const first = await ask(1);
    const second = await ask(2);
    const job = await take();
    await queues.handBack(job, "token");
    await ask(3);
    expect((await serve()).asked).toEqual(first);
    expect((await serve()).asked).toEqual(second);
  });
});

describe("the end of BullMQ's range of priorities", () => {
  it("is not reached: the order goes on from the start, with what waits, what runs and what is on its way", async () => {
    const stuck = await ask(9, 1, "gguf-q8_0");
    const running = await ask(1);
    const job = await take();
    await redis.set(keys.virtualTime, SET_BACK_ABOVE); // after a million turns
    const [third, fourth, first] = [await ask(1), await ask(1), await ask(2)];

    const second = request({ userId: member(3) });
    const admission = await admit(redis, second, LIMITS, "on its way");
    await redis.incr(keys.virtualTime);
    const late = request({ userId: member(4) });
    // The order starts over only when nothing is on its way with a number of before.
    expect(await admit(redis, late, LIMITS, "late")).toMatchObject({ priority: SET_BACK_ABOVE + 2 });
    await withdraw(redis, late, "late");
    if (admission.verdict === "admitted") await producer.submit(second, admission.priority);
    await confirm(redis, second.id);
    open.set(second.id, { asked: second, missing: 1 });
    const newcomer = await ask(5);

    await queues.handBack(job, "token");
    const served: Request[] = [];
    for (let turn = 0; turn < 6; turn++) served.push((await serve()).asked);
    expect(served).toEqual([running, first, second, third, newcomer, fourth]);
    expect(await admit(redis, request({ userId: member(6) }), LIMITS, "")).toMatchObject({ priority: 4 });
    await queues.watch("gguf-q8_0");
    expect((await queues.take("gguf-q8_0", "token"))?.data).toMatchObject({ requestId: stuck.id });
  });
});
