/** From an interaction to a queued request, while Discord, Redis or another bot get in the way. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answerAndDeliver } from "../../../src/generation/answer.ts";
import { submit } from "../../../src/generation/submit.ts";
import type { Bot } from "../../../src/interactions/bot.ts";
import { type Exchange, type Sandbox, type SandboxMember, startSandbox } from "../../../src/sandbox/index.ts";
import { keys } from "../../../src/store/keys.ts";
import { announce } from "../../../src/store/presence.ts";
import { readRecord } from "../../../src/store/requests.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { type ListeningBot, startListening } from "../../support/bot.ts";
import { presence } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";
import { request } from "../../support/request.ts";
import { until } from "../../support/system.ts";
import { told } from "../../support/told.ts";

const GENERATE = '/generate prompt:"a red circle" images:1 steps:2';

type Submitted = Parameters<Bot["producer"]["submit"]>;

const { server, redis } = await fileRedis();
let sandbox: Sandbox;
let listening: ListeningBot;
let whole: Bot;
let member: SandboxMember;
let newcomers = 0;
/** What there was as the test began. */
let before = { messages: 0, requests: 0 };

beforeAll(async () => {
  sandbox = await startSandbox();
  listening = await startListening(sandbox, server.url);
  whole = { ...listening.bot };
});
beforeEach(async () => {
  newcomers += 1;
  member = sandbox.member(`member-${newcomers}`);
  sandbox.faults.clear();
  before = { messages: sandbox.messages().length, requests: sandbox.requests.length };
  Object.assign(listening.bot, whole);
  await redis.flushall();
  await announce(redis, presence());
});
afterAll(async () => {
  await listening.stop();
  await sandbox.close();
});

const idOf = ({ interactionId }: Exchange) => `r${interactionId}`;
const words = (messages: { content: string }[]) => messages.map(({ content }) => content).join();

/** Ends a request: without a picture, which is all the same to the answer's way. */
async function deliver(id: string): Promise<void> {
  const record = await readRecord(redis, id);
  if (!record) throw new Error("it was not taken in");
  // Of an earlier moment: the delivery does not wait for an acknowledgement that has failed.
  const request = { ...record.request, createdAt: Date.now() - 60_000 };
  const outcomes = request.renders.map(() => ({ ended: "removed" as const }));
  await answerAndDeliver({ ...whole, redis }, request, outcomes);
}

/** How often the bot has sent to a route since the test began. */
const tries = (route: string) =>
  sandbox.requests.slice(before.requests).filter(({ path }) => path.includes(route)).length;

/** What every member of the channel sees. */
const seen = () => words(sandbox.messages().slice(before.messages));

/** The same, with one method in another's place. */
function replaced<T extends object>(whole: T, name: keyof T, other: (...args: never[]) => unknown): T {
  return new Proxy(whole, {
    get(target, key) {
      const value: unknown = key === name ? other : Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

it("incident: of two bots the second counted a request again, refused it, and its answer came into that refusal", async () => {
  const second = await startListening(sandbox, server.url);
  await redis.hset(keys.book("settings", sandbox.guildId), "limits:everyone", '1 {"perMinute":1}');
  const answer = await told(member.run(GENERATE));
  await until("both bots to have answered", () => tries("/callback") === 2);
  await second.stop();
  expect(answer.content).toMatch(/^⏳ \*\*Waiting/);
  const whose = { guildId: sandbox.guildId, userId: member.id };
  expect((await whole.rates.requestsNow(whose))?.used).toBe(1);
  expect((await told(member.run(GENERATE))).content).toMatch(/⚠️.* in a minute/s);
});

describe("incident: what failed once a request was queued was told as its refusal, and its answer came to one person", () => {
  it("when Discord does not take the acknowledgement, the answer comes into the channel", async () => {
    sandbox.faults.answer5xx("/callback", 4);
    const exchange = await member.run(GENERATE);
    expect(exchange.failure).toMatch(/did not respond/);
    await deliver(idOf(exchange));
    expect(seen()).toMatch(/a red circle/);
    expect(words(exchange.messages())).not.toMatch(/⚠️ (?!\*\*Failed)/);
  });

  it("when Discord does not take what follows a deferral, the answer takes the deferral's place", async () => {
    listening.bot.producer = replaced(whole.producer, "submit", async (...args: Submitted) => {
      await until("the deferral", () => tries("/callback") === 1);
      await whole.producer.submit(...args);
    });
    sandbox.faults.answer5xx(/PATCH \/webhooks/, 4);
    const running = member.run(GENERATE);
    await until("the answer's four tries", () => tries("/webhooks/") === 4);
    const exchange = await running;
    await deliver(idOf(exchange));
    expect(exchange.messages()).toHaveLength(1);
    expect(exchange.reply()?.content).toMatch(/a red circle/);
    expect(seen()).toMatch(/a red circle/);
  });

  it("when Redis took the jobs and its word was lost, everybody sees that, and the answer takes its place", async () => {
    listening.bot.producer = replaced(whole.producer, "submit", async (...args: Submitted) => {
      await whole.producer.submit(...args);
      throw new Error("Command timed out");
    });
    const exchange = await member.run(GENERATE);
    await until("the word", () => /did not answer in time/.test(seen()));
    await deliver(idOf(exchange));
    expect(exchange.messages()).toHaveLength(1);
    expect(seen()).toMatch(/a red circle/);
    expect(seen()).not.toMatch(/did not answer in time/);
  });

  it("a round of the quiz never takes the place of a refusal that one person sees", async () => {
    listening.bot.limits = { queue: 0, perMember: 0 };
    const exchange = await member.run(GENERATE);
    await until("the refusal", () => exchange.refused);
    const { channelId, applicationId } = sandbox;
    const asked = request({ kind: "quiz", id: idOf(exchange), channelId, applicationId });
    await submit({ ...whole, redis }, asked, exchange.record.token); // as another bot does
    await deliver(asked.id);
    expect(exchange.reply()?.content).toMatch(/⚠️/);
    expect(seen()).toMatch(textsFor("en-US").rounds.over);
  });
});
