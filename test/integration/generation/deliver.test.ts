/** How an answer reaches its member: once, however often its delivery is tried, and whoever else tries. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { answerAndDeliver } from "../../../src/generation/answer.ts";
import { type Exchange, type Sandbox, type SandboxMember, startSandbox } from "../../../src/sandbox/index.ts";
import { announce } from "../../../src/store/presence.ts";
import { isOpen, readRecord } from "../../../src/store/requests.ts";
import { type ListeningBot, startListening } from "../../support/bot.ts";
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
  await announce(redis, presence());
});
beforeEach(() => {
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
  const record = await readRecord(redis, idOf(exchange));
  if (!record) throw new Error("it was not taken in");
  const outcomes = record.request.renders.map(() => ({ ended: "removed" as const }));
  await answerAndDeliver(listening.bot, record.request, outcomes);
}

const notifications = (exchange: Exchange) =>
  exchange.messages().filter(({ content }) => content.includes(`<@${exchange.userId}>`));
const FOLLOW_UP = /POST \/webhooks\/\d+\/[^/]+(\?|$)/;

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
