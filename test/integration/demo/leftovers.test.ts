import { expect, it } from "vitest";
import { dropLeftovers } from "../../../src/demo/leftovers.ts";
import { RequestProducer } from "../../../src/queue/producer.ts";
import { recordDuration } from "../../../src/store/durations.ts";
import { keys } from "../../../src/store/keys.ts";
import { oldestOpen } from "../../../src/store/openRequests.ts";
import { fileRedis } from "../../support/redis.ts";
import { enqueue, request } from "../../support/request.ts";

const { redis } = await fileRedis();

// Incident: a demo that was started again first rendered what nobody was there to see any more.
it("what the last demo left undone is dropped, and what it measured stays", async () => {
  const producer = new RequestProducer(redis);
  await enqueue(redis, producer, request());
  await enqueue(redis, producer, request({ recipe: "torchao-int8" }));
  await producer.close();
  await recordDuration(redis, "bf16", {
    ...{ seconds: 1, loadSeconds: 0, images: 1, steps: 4, width: 128, height: 128 },
    ...{ model: "tiny", device: "cpu", deviceName: "Test CPU", at: 1 },
    ...{ weightsBytes: 1000, measure: "process-rss", peakBytes: 2000 },
  });
  await dropLeftovers(redis);
  expect(await oldestOpen(redis, 10)).toEqual([]);
  const left = await redis.keys("*");
  expect(left.filter((key) => /:(req-|deliveries|open|queues|virtual|request)/.test(key))).toEqual([]);
  expect(left).toContain(keys.durations("bf16"));
});
