/** From an interaction to a queued request, while Discord, Redis or another bot get in the way. */
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answerAndDeliver } from "../../../src/generation/answer.ts";
import { settleReservations, submit } from "../../../src/generation/submit.ts";
import type { Bot } from "../../../src/interactions/bot.ts";
import { PREFIX, QUIZ } from "../../../src/queue/names.ts";
import { settleQuiz } from "../../../src/quiz/settle.ts";
import { doQuizJob } from "../../../src/quiz/steps.ts";
import { Refusal } from "../../../src/refusal.ts";
import { type Exchange, type Sandbox, type SandboxMember, startSandbox } from "../../../src/sandbox/index.ts";
import { keys } from "../../../src/store/keys.ts";
import { announce } from "../../../src/store/presence.ts";
import { unrevealed } from "../../../src/store/quiz/rounds.ts";
import { readStudy, runningStudies } from "../../../src/store/quiz/studies.ts";
import { readRecord } from "../../../src/store/requests.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { type ListeningBot, startListening } from "../../support/bot.ts";
import { silent } from "../../support/engine.ts";
import { replaced } from "../../support/faults.ts";
import { presence } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";
import { request } from "../../support/request.ts";
import { until } from "../../support/system.ts";
import { told } from "../../support/told.ts";

const GENERATE = '/generate prompt:"a red circle" images:1 steps:2';

const QUIZ_START = '/quiz start backends:torchao-int8 rounds:40 closes:"2 votes"';

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

describe("incident: a /quiz start that was refused because Redis went away began all the same once it was back", () => {
  const studyId = (exchange: Exchange) => `s${exchange.interactionId}`;
  const sweep = async () => {
    const ports = { ...whole, redis };
    await settleReservations(ports, silent);
    await settleQuiz(ports);
    const queue = new Queue(QUIZ, { connection: redis, prefix: PREFIX });
    for (const { data } of await queue.getJobs()) await doQuizJob(ports, data);
    await queue.close();
  };
  /** A minute and more goes by. */
  const later = async (exchange: Exchange) => {
    await redis.hincrby(keys.study(studyId(exchange)), "starting", -61_000);
    if ((await redis.zscore(keys.reserved, idOf(exchange))) !== null)
      await redis.zincrby(keys.reserved, -61_000, idOf(exchange));
  };

  /** Away from the script on that has this in it. */
  function awayFrom(word: string, isCarriedOut: boolean): Redis {
    let isAway = false;
    const gone = () => Promise.reject(new Error("Connection is closed."));
    return new Proxy(redis, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return async (...args: unknown[]) => {
          const isNow = !isAway && key === "eval" && String(args[0]).includes(word);
          isAway ||= isNow;
          if (isNow && isCarriedOut) await value.apply(target, args);
          return isAway ? gone() : value.apply(target, args);
        };
      },
    });
  }

  it.each([
    ["as the study was stored", "'starting', now", true],
    ["before its first round was", "RPUSH", false],
    ["before its first round was taken in", "queue-full", false],
    ["as its first round was taken in", "queue-full", true],
  ])("when it went away %s, the study is taken back", async (_when, word, isCarriedOut) => {
    listening.bot.redis = awayFrom(word, isCarriedOut);
    const exchange = await sandbox.member("moderator").run(QUIZ_START);
    await until("the refusal", () => exchange.refused);
    expect(await runningStudies(redis)).toEqual([studyId(exchange)]);
    await sweep(); // whoever starts it might still be about to
    expect(await runningStudies(redis)).toEqual([studyId(exchange)]);
    await later(exchange);
    await sweep();
    expect(await runningStudies(redis)).toEqual([]);
    expect(await readStudy(redis, studyId(exchange))).toBeUndefined();
    expect(await unrevealed(redis)).toEqual([]);
    expect(await whole.producer.isQueued(idOf(exchange))).toBe(false);
  });

  it("one that was taken in goes on, however late its first round comes", async () => {
    const exchange = await sandbox.member("moderator").run(QUIZ_START);
    await until("its round to be queued", () => whole.producer.isQueued(idOf(exchange)));
    await later(exchange);
    await sweep();
    expect((await readStudy(redis, studyId(exchange)))?.state).toBe("running");
  });
});

it("incident: what a slow button was refused came to everybody, in the place of the deferral", async () => {
  const asked = await member.run(GENERATE);
  await deliver(idOf(asked));
  const [result] = asked.messages();
  if (!result) throw new Error("it was not answered");
  listening.bot.directory = replaced(whole.directory, "get", async () => {
    await until("the deferral", () => tries("/callback") === 2);
    throw new Refusal((t) => t.noWorkers);
  });
  const { noWorkers } = textsFor("en-US");
  const again = await member.click(result, "Again, new seed");
  await until("the refusal", () => words(again.messages()).includes(noWorkers));
  expect(seen()).not.toContain(noWorkers);
  expect(sandbox.messages()).toHaveLength(before.messages + 1);
});

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

it("incident: a request's answer was covered by its 'Waiting', which came late", async () => {
  listening.bot.producer = replaced(whole.producer, "submit", async (...args: Submitted) => {
    await until("the deferral", () => tries("/callback") === 1);
    await whole.producer.submit(...args);
    await deliver(args[0].id);
  });
  const exchange = await member.run(GENERATE);
  const record = async () => readRecord(redis, idOf(exchange));
  await until("all that follows", async () => (await record())?.acknowledged ?? false);
  expect(seen()).toMatch(/Failed.*a red circle/s);
  expect((await record())?.messageId).toBe(exchange.reply()?.id);
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
