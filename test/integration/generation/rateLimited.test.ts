/** Answers for a channel that Discord takes nothing for at the moment. */
import { Queue } from "bullmq";
import { expect, it, vi } from "vitest";
import { answerAndDeliver } from "../../../src/generation/answer.ts";
import type { Request } from "../../../src/generation/request.ts";
import { startDeliveries } from "../../../src/queue/deliveries.ts";
import { DELIVERIES, PREFIX } from "../../../src/queue/names.ts";
import { readRecord } from "../../../src/store/requests.ts";
import { fileQuizPorts } from "../../support/quizPorts.ts";
import { enqueue, request } from "../../support/request.ts";

/** Longer than the test has. */
const LIMITED_SECONDS = 120;

const { sandbox, ...started } = await fileQuizPorts();

/** One whose renders have ended, so that its answer is due: a new message in its channel. */
async function due(channelId: string): Promise<Request> {
  const { redis, ports } = started;
  // Nobody has acknowledged it: a delivery waits no longer for that.
  const change = { channelId, applicationId: sandbox.world.applicationId, createdAt: Date.now() - 60_000 };
  const asked = request(change);
  await enqueue(redis, ports.producer, asked);
  await ports.producer.stop(asked);
  return asked;
}

it("incident: four answers behind one channel's rate limit stopped the answers of every server", async () => {
  const { redis, ports } = started;
  const { general } = sandbox.channels;
  sandbox.faults.rateLimit(`/channels/${general}/messages`, LIMITED_SECONDS, 1000);
  const limited = [await due(general), await due(general), await due(general), await due(general)];
  const other = await due(sandbox.channelId);
  const deliveries = startDeliveries(redis.duplicate(), {
    deliver: (asked, outcomes) => answerAndDeliver(ports, asked, outcomes),
    giveUp: async () => {},
    onFailure: () => {},
    onTrouble: () => {},
  });
  const stateOf = async ({ id }: Request) => (await readRecord(redis, id))?.state;
  await vi.waitUntil(async () => (await stateOf(other)) === "answered", { timeout: 20_000 });
  // The others are not lost: their turn comes again.
  const queue = new Queue(DELIVERIES, { connection: redis, prefix: PREFIX });
  for (const { id } of limited) expect(await queue.getJobState(id)).toMatch(/delayed|waiting|active/);
  expect(await Promise.all(limited.map(stateOf))).not.toContain("answered");
  expect(sandbox.messages(general)).toEqual([]);
  await Promise.all([queue.close(), deliveries.close()]);
});
