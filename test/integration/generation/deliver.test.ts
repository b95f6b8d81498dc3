/** How an answer reaches its member: once, however often its delivery is tried, and whoever else tries. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { answerAndDeliver } from "../../../src/generation/answer.ts";
import { deliver as send } from "../../../src/generation/deliver.ts";
import type { Request } from "../../../src/generation/request.ts";
import { eraseRequests } from "../../../src/members/requests.ts";
import { type Exchange, type Sandbox, type SandboxMember, startSandbox } from "../../../src/sandbox/index.ts";
import { storeCancellation } from "../../../src/store/cancellations.ts";
import { whileEditing } from "../../../src/store/editing.ts";
import { keys } from "../../../src/store/keys.ts";
import { isOpen } from "../../../src/store/openRequests.ts";
import { announce } from "../../../src/store/presence.ts";
import { readRecord } from "../../../src/store/requests.ts";
import { type ListeningBot, startListening } from "../../support/bot.ts";
import { replaced } from "../../support/faults.ts";
import { presence } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";
import { until } from "../../support/system.ts";

const { server, redis } = await fileRedis();
let sandbox: Sandbox;
let listening: ListeningBot;
let member: SandboxMember;
let newcomers = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
  listening = await startListening(sandbox, server.url);
});
beforeEach(async () => {
  await announce(redis, presence());
  newcomers += 1;
  member = sandbox.member(`member-${newcomers}`);
  sandbox.faults.clear();
});
afterAll(async () => {
  await listening.stop();
  await sandbox.close();
});

const idOf = ({ interactionId }: Exchange) => `r${interactionId}`;

/** Asked for, queued and acknowledged. */
async function asked(options: string): Promise<Exchange> {
  const exchange = await member.run(`/generate prompt:"a red circle" images:1 steps:2 ${options}`);
  await until(
    "the acknowledgement",
    async () => (await readRecord(redis, idOf(exchange)))?.acknowledged ?? false,
  );
  return exchange;
}

/** Without a picture, which is all the same to the answer's way. */
async function deliver(exchange: Exchange): Promise<void> {
  const request = await requestOf(exchange);
  const outcomes = request.renders.map(() => ({ ended: "removed" as const }));
  await answerAndDeliver(listening.bot, request, outcomes);
}

async function requestOf(exchange: Exchange): Promise<Request> {
  const record = await readRecord(redis, idOf(exchange));
  if (!record) throw new Error("it was not taken in");
  return record.request;
}

const notifications = (exchange: Exchange) =>
  exchange.messages().filter(({ content }) => content.startsWith(`<@${exchange.userId}>`));
const FOLLOW_UP = /POST \/webhooks\/\d+\/[^/]+(\?|$)/;

it("an answer waits for the progress that is being edited into its message", async () => {
  const exchange = await asked("");
  let delivering = Promise.resolve();
  await whileEditing(redis, idOf(exchange), async () => {
    delivering = deliver(exchange);
    const state = async () => (await readRecord(redis, idOf(exchange)))?.state;
    await until("the delivery to begin", async () => (await state()) !== "waiting");
    await sleep(200);
    expect(exchange.reply()?.content).not.toMatch(/Failed/);
  });
  await delivering;
  expect(exchange.reply()?.content).toMatch(/Failed/);
});

it("incident: a notification whose answer was lost came twice", async () => {
  const exchange = await asked("private:True notify:True");
  sandbox.faults.loseAnswer(FOLLOW_UP, 1);
  await deliver(exchange);
  await deliver(exchange);
  expect(notifications(exchange)).toHaveLength(1);
});

it("incident: a notification that failed held its answered request open, whose answer was sent again", async () => {
  for (const [manner, route] of [
    ["private:True", FOLLOW_UP],
    ["private:False", /POST \/channels\/\d+\/messages/],
  ] as const) {
    const exchange = await asked(`${manner} notify:True`);
    sandbox.faults.answer5xx(route, 4);
    await deliver(exchange);
    expect(exchange.reply()?.content).toMatch(/Failed/);
    expect(await isOpen(redis, idOf(exchange))).toBe(false);
  }
});

it("incident: an answer that was posted anew was not known: once others stood below it, /me delete left it there", async () => {
  const exchange = await asked("");
  const { id, channelId } = await requestOf(exchange);
  await listening.bot.messages.delete(channelId, (await readRecord(redis, id))?.messageId ?? "");
  await redis.del(keys.token(id));
  await deliver(exchange);
  const { world } = sandbox;
  const posted = () =>
    world.messagesIn(channelId).find(({ message }) => JSON.stringify(message.components).includes(id));
  const answer = posted();
  if (!answer) throw new Error("it was not posted");
  for (let below = 0; below < 60; below++)
    world.keep({ ...answer, message: { ...answer.message, id: world.nextId(), components: [] } });
  expect(await eraseRequests(listening.bot, exchange.userId)).toBe(0);
  expect(posted()).toBeUndefined();
});

it("incident: a request that was cancelled was told to be ready", async () => {
  const failed = await asked("notify:True");
  await deliver(failed);
  expect(notifications(failed).map(({ content }) => content)).toEqual([
    expect.stringMatching(/your request has failed/),
  ]);
  const cancelled = await asked("notify:True");
  await storeCancellation(redis, idOf(cancelled), cancelled.userId);
  await deliver(cancelled);
  expect(cancelled.reply()?.content).toMatch(/Cancelled/);
  expect(notifications(cancelled)).toEqual([]);
});

it("incident: a bot that was stopped as it began to deliver sent an answer again, and took it back to being sent", async () => {
  const exchange = await asked("private:True");
  const request = await requestOf(exchange);
  let delivered = 0;
  // Both have read that it waits; this one goes on when the other has answered.
  const stopped = replaced(redis, "hgetall", async (key: string) => {
    const fields = await redis.hgetall(key);
    if (fields.state === "waiting") await deliver(exchange);
    delivered = sandbox.requests.length;
    return fields;
  });
  await send({ ...listening.bot, redis: stopped }, request, { content: "again" }, []);
  expect(sandbox.requests).toHaveLength(delivered);
  expect((await readRecord(redis, request.id))?.state).toBe("answered");
  expect(await isOpen(redis, request.id)).toBe(false);
});
