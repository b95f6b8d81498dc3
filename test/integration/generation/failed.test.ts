/** Requests whose delivery has failed for good, before anything of it could be given up. */
import { Queue, UnrecoverableError, Worker } from "bullmq";
import { describe, expect, it } from "vitest";
import { settleFailed } from "../../../src/generation/answer.ts";
import type { Request } from "../../../src/generation/request.ts";
import { DELIVERIES, PREFIX } from "../../../src/queue/names.ts";
import { oldestOpen } from "../../../src/store/openRequests.ts";
import { fileQuizPorts } from "../../support/quizPorts.ts";
import { enqueue, LIMITS, request } from "../../support/request.ts";

const { sandbox, ...started } = await fileQuizPorts();

const asked = () => {
  const { channelId, world } = sandbox;
  // Nobody has acknowledged it: a delivery waits no longer for that.
  const createdAt = Date.now() - 60_000;
  return request({ channelId, applicationId: world.applicationId, createdAt });
};

/** What BullMQ makes of a delivery that no bot survives, or that none understands. */
async function fail(failing: Request, data: object = failing): Promise<void> {
  const { redis, ports } = started;
  await enqueue(redis, ports.producer, failing);
  const queue = new Queue(DELIVERIES, { connection: redis, prefix: PREFIX });
  await (await queue.getJob(failing.id))?.updateData(data);
  await ports.producer.stop(failing); // which releases the delivery
  const worker = new Worker(DELIVERIES, null, { connection: redis, prefix: PREFIX });
  const job = await worker.getNextJob("a token");
  await job?.moveToFailed(new UnrecoverableError("the bot died in every try"), "a token");
  await Promise.all([queue.close(), worker.close()]);
}

const admissionOfOne = () => {
  const { redis, ports } = started;
  return enqueue(redis, ports.producer, asked(), { ...LIMITS, perMember: 1 });
};

describe("incident: a request whose delivery failed in BullMQ took its member's place for ever", () => {
  it("is told to have failed, once, and holds nobody up", async () => {
    const failing = asked();
    await fail(failing);
    const { ports, redis } = started;
    for (const _sweep of [1, 2]) await settleFailed(ports, ports.producer);
    const words = sandbox.messages().map(({ content }) => content);
    expect(words.filter((word) => /failed/i.test(word))).toHaveLength(1);
    expect(await oldestOpen(redis, 10)).toEqual([]);
    expect((await admissionOfOne()).verdict).toBe("admitted");
  });

  it("is closed although another version queued it in words that this one can't read", async () => {
    const { ports, redis } = started;
    const [before] = await oldestOpen(redis, 1);
    const failing = { ...asked(), userId: "100000000000000002" };
    await fail(failing, { ...failing, kind: "poem" });
    await settleFailed(ports, ports.producer);
    expect(await oldestOpen(redis, 10)).toEqual([before]);
  });

  it("is closed behind one of which nothing can be read, which held up all of them for a week", async () => {
    const { ports, redis } = started;
    const failing = { ...asked(), userId: "100000000000000003" };
    await fail(failing);
    await fail({ ...asked(), userId: "100000000000000004" }, { words: "of another version" });
    await settleFailed(ports, ports.producer);
    expect(await oldestOpen(redis, 10)).not.toContain(failing.id);
  });
});
