/** Calls over pub/sub while Redis restarts connections or refuses to be listened to. */
import { once } from "node:events";
import { expect, it, onTestFinished, vi } from "vitest";
import { Calls } from "../../../src/queue/calls.ts";
import { channels } from "../../../src/store/keys.ts";
import { connectPatiently } from "../../../src/store/redis.ts";
import { silent } from "../../support/engine.ts";
import { fileRedis } from "../../support/redis.ts";

const { server, redis } = await fileRedis();

const listeners = async () => (await redis.pubsub("NUMSUB", channels.submitted))[1];
const heard = async (calls: Calls) => {
  const seen = calls.submissions;
  await redis.publish(channels.submitted, "r1");
  await calls.nextSubmission(seen, 10_000, AbortSignal.timeout(10_000));
  return calls.submissions > seen;
};

it("incident: bot and worker ended when Redis refused a subscription after a connection had broken", async () => {
  const subscriber = connectPatiently(server.url);
  onTestFinished(() => subscriber.disconnect());
  subscriber.on("error", () => {});
  const calls = new Calls(subscriber, silent);
  await vi.waitUntil(async () => (await listeners()) === 1);
  expect(await heard(calls)).toBe(true);

  const refusals = async () =>
    Number(/errorstat_NOPERM:count=(\d+)/.exec(await redis.info("errorstats"))?.[1]);
  await redis.call("ACL", "SETUSER", "default", "resetchannels");
  if (subscriber.status === "ready") subscriber.disconnect(true);
  await once(subscriber, "ready");
  await vi.waitUntil(async () => (await refusals()) > 0, { timeout: 10_000 }); // unhandled, it fails this file
  await redis.call("ACL", "SETUSER", "default", "allchannels");
  await vi.waitUntil(async () => (await listeners()) === 1, { timeout: 10_000 });
  expect(await heard(calls)).toBe(true);
});
