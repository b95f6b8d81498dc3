/** Progress edits beside the answer that is to stand in their place. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { RequestProducer } from "../../../src/queue/producer.ts";
import { awaitEdits, whileEditing } from "../../../src/store/editing.ts";
import { keys } from "../../../src/store/keys.ts";
import { setDelivering } from "../../../src/store/requests.ts";
import { afterReading } from "../../support/interrupted.ts";
import { fileRedis } from "../../support/redis.ts";
import { enqueue, request } from "../../support/request.ts";

const { redis } = await fileRedis();
const producer = new RequestProducer(redis);
afterEach(() => vi.useRealTimers());
afterAll(() => producer.close());

async function waiting(): Promise<string> {
  const asked = request();
  await enqueue(redis, producer, asked);
  return asked.id;
}

describe("a progress edit", () => {
  it("is waited for by the answer", async () => {
    const id = await waiting();
    const sent: string[] = [];
    let answering = Promise.resolve();
    await whileEditing(redis, id, async () => {
      await setDelivering(redis, id);
      answering = awaitEdits(redis, id).then(() => void sent.push("answer"));
      await sleep(100);
      sent.push("progress");
    });
    await answering;
    await whileEditing(redis, id, async () => void sent.push("progress again"));
    expect(sent).toEqual(["progress", "answer"]);
  });

  it("incident: of a process that had stood still covered the answer", async () => {
    const id = await waiting();
    const sent: string[] = [];
    afterReading(redis, keys.request(id), async () => {
      await redis.del(keys.editing(id)); // it ran out
      await setDelivering(redis, id);
      await awaitEdits(redis, id);
      sent.push("answer");
    });
    await whileEditing(redis, id, async () => void sent.push("progress"));
    expect(sent).toEqual(["answer"]);
  });

  it("is left out where its lock is about to run out, and another one follows", async () => {
    const id = await waiting();
    const sent: string[] = [];
    vi.useFakeTimers({ toFake: ["performance"] });
    afterReading(redis, keys.request(id), async () => {
      vi.advanceTimersByTime(8500);
    });
    await whileEditing(redis, id, async () => void sent.push("too late"));
    await whileEditing(redis, id, async () => void sent.push("progress"));
    expect(sent).toEqual(["progress"]);
  });
});
