/**
 * Whatever dies or fails under a request: it ends answered exactly once, or with a reason that the member saw.
 * `npm test` has a stand-in render and a worker with fast clocks; `npm run test:faults` the real engine and worker.
 */
import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Exchange, SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { AT_LENGTH } from "../support/length.ts";
import { enginesOf, System, until } from "../support/system.ts";

const RECIPES = "bf16,torchao-int8,gguf-q8_0";
const ENGINE = AT_LENGTH ? {} : { brisk: true, standIn: { recipes: RECIPES, "step-ms": "150" } };
const ANSWER_MS = 90_000;
const EPHEMERAL = 64;
/** Long enough to be killed in. */
const RENDER = '/generate prompt:"a red circle" images:2 steps:10';
const QUICK = '/generate prompt:"a red circle" images:1 steps:2';

let system: System;
let bot: ChildProcess;
let worker: ChildProcess;
let member: SandboxMember;
let newcomers = 0;

beforeAll(async () => {
  system = await System.start({ workers: 0, bot: false, ...ENGINE });
  [bot, worker] = await Promise.all([system.startBot(), system.startWorker()]);
});
beforeEach(() => {
  newcomers += 1;
  member = system.sandbox.member(`member-${newcomers}`);
  system.sandbox.faults.clear();
});
afterAll(() => system.stop());

/** The one answer, with its picture; fails when there are more or none. */
async function onlyAnswer(exchange: Exchange): Promise<SandboxMessage> {
  const answer = await exchange.final(ANSWER_MS);
  await until("the request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
  expect(exchange.messages().filter(({ attachments }) => attachments.length > 0)).toHaveLength(1);
  expect(answer.attachments).toHaveLength(1);
  // A private message can't be edited once its token has expired; no other may go on saying that it waits.
  const open = exchange.messages().filter(({ flags }) => ((flags ?? 0) & EPHEMERAL) === 0);
  expect(JSON.stringify(open)).not.toContain('"cancel:');
  return answer;
}

describe("killed in mid-render, there is one answer, in the message that was there", () => {
  it("when the engine is killed", async () => {
    const exchange = await member.run(RENDER);
    await system.rendering();
    for (const pid of await enginesOf(worker)) process.kill(pid, "SIGKILL");
    const answer = await onlyAnswer(exchange);
    expect(answer.id).toBe(exchange.reply()?.id);
  });

  it("when the worker is killed, within 30 s of the next one's start", async () => {
    const exchange = await member.run(RENDER);
    await system.rendering();
    await system.kill(worker);
    worker = await system.startWorker();
    const answer = await onlyAnswer(exchange);
    expect(answer.id).toBe(exchange.reply()?.id);
  });

  it.runIf(AT_LENGTH)(
    "when the worker is killed in the middle of a comparison, with every backend's picture",
    async () => {
      const exchange = await member.run(
        '/compare prompt:"a red circle" backend1:bf16 backend2:gguf-q8_0 backend3:torchao-int8 steps:30',
      );
      const one = () => /1 of 3 rendered[\s\S]*🎨/.test(exchange.reply()?.content ?? "");
      await until("the second backend's render", one);
      await system.kill(worker);
      worker = await system.startWorker();
      const answer = await onlyAnswer(exchange);
      expect(answer.id).toBe(exchange.reply()?.id);
      expect(answer.content).toMatch(/^3 · torchao.int8 /m);
      expect(answer.content).not.toMatch(/Failed|⚠️/);
    },
  );

  it("when the bot is killed", async () => {
    const exchange = await member.run(RENDER);
    await system.rendering();
    await system.kill(bot);
    bot = await system.startBot();
    const answer = await onlyAnswer(exchange);
    expect(answer.id).toBe(exchange.reply()?.id);
  });

  it.runIf(AT_LENGTH)("when two bots run by mistake", async () => {
    const second = system.spawn("bot");
    await until("the second bot", () => system.logOf(second).includes("bot is ready"));
    const exchange = await member.run(RENDER);
    await onlyAnswer(exchange);
    await system.kill(second);
  });
});

describe("when Discord does not take the answer the usual way", () => {
  it("edits the message with the bot's own token once the interaction's has expired", async () => {
    const exchange = await member.run(QUICK);
    system.sandbox.faults.expireToken(exchange.interactionId);
    const answer = await onlyAnswer(exchange);
    expect(answer.id).toBe(exchange.reply()?.id);
  });

  it("answers in the channel when the acknowledgement was lost on its way", async () => {
    system.sandbox.faults.answer5xx("/callback", 10);
    const exchange = await member.run(QUICK);
    expect(exchange.failure).toMatch(/did not respond/);
    await onlyAnswer(exchange);
  });

  it("does not answer before the acknowledgement that it has to be written over", async () => {
    // A render faster than Discord's answer to the acknowledgement was posted as a second message, and the
    // acknowledgement came after it, to say "Waiting" for ever; a private result became a direct message.
    for (const manner of ["", " private:True"]) {
      system.sandbox.faults.delay("/callback", 1500);
      const exchange = await member.run(`/generate prompt:x images:1 steps:1${manner}`);
      const answer = await onlyAnswer(exchange);
      expect(answer.id).toBe(exchange.reply()?.id);
    }
  });

  it("posts once although Discord's answer to the first post was lost", async () => {
    const exchange = await member.run(QUICK);
    system.sandbox.faults.expireToken(exchange.interactionId);
    system.sandbox.faults.answer5xx(`/messages/${exchange.reply()?.id}`, 100, 404);
    system.sandbox.faults.loseAnswer(/POST \/channels\/\d+\/messages/, 1);
    await exchange.final(ANSWER_MS);
    await until("the request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
    expect(exchange.messages().filter(({ attachments }) => attachments.length > 0)).toHaveLength(1);
  });

  it("sends a private result as a direct message when its token has expired, never to the channel", async () => {
    const before = system.sandbox.messages().length;
    const exchange = await member.run(`${QUICK} private:True`);
    system.sandbox.faults.expireToken(exchange.interactionId);
    const answer = await onlyAnswer(exchange);
    expect(answer.channel_id).not.toBe(system.sandbox.channelId);
    expect(answer.content).toMatch(/private result took longer/);
    expect(system.sandbox.messages()).toHaveLength(before);
  });

  it("keeps a private result for /me when direct messages are closed too", async () => {
    member.closeDirectMessages();
    const exchange = await member.run(`${QUICK} private:True`);
    system.sandbox.faults.expireToken(exchange.interactionId);
    await until("the request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
    const handed = await member.run("/me results");
    await until("the result", () => handed.messages().some(({ attachments }) => attachments.length === 1));
    expect(handed.messages().every(({ flags }) => ((flags ?? 0) & 64) !== 0)).toBe(true);
    const again = await (await member.run("/me results")).final(ANSWER_MS);
    expect(again.content).toMatch(/Nothing is kept/);
  });

  it("turns to the member directly when the channel is gone, and says why", async () => {
    const exchange = await member.run(QUICK, { channelId: system.sandbox.channels.general });
    system.sandbox.faults.deleteChannel(system.sandbox.channels.general);
    const answer = await onlyAnswer(exchange);
    expect(answer.content).toMatch(/could not answer in <#\d+> any more/);
  });

  it("tries again while Discord answers 5xx", async () => {
    const exchange = await member.run(RENDER);
    await system.rendering();
    system.sandbox.faults.answer5xx(/PATCH \/webhooks/, AT_LENGTH ? 12 : 5);
    await onlyAnswer(exchange);
  });
});

describe("when the queue is away", () => {
  it("says so within Discord's three seconds and queues nothing", async () => {
    process.kill(system.redisServer.pid, "SIGSTOP");
    const exchange = await member.run(QUICK);
    const refusal = await exchange.final(ANSWER_MS);
    process.kill(system.redisServer.pid, "SIGCONT");
    expect(refusal.content).toMatch(/queue can't be reached right now, so nothing was queued/);
    expect(exchange.acknowledgedAfterMs).toBeLessThan(3000);
    await until("nothing to be open", async () => (await system.redis.zcard("quantspot:open")) === 0);
  });

  it("says so although Discord is in trouble at the same moment", async () => {
    // The refusal was tried for a moment only; the member was left with "thinking", and nothing was queued.
    system.sandbox.faults.answer5xx(/(DELETE|POST|PATCH) \/webhooks/, 8);
    process.kill(system.redisServer.pid, "SIGSTOP");
    const exchange = await member.run(QUICK);
    await until("the member to be told", () =>
      exchange.messages().some(({ content }) => /queue can't be reached/.test(content)),
    );
    process.kill(system.redisServer.pid, "SIGCONT");
  });

  it("works again when the queue is back", async () => {
    await until("the bot to see Redis", async () => {
      const exchange = await member.run(QUICK);
      const answer = await exchange.final(ANSWER_MS);
      return answer.attachments.length === 1;
    });
  });
});

describe("the logs of all that", () => {
  it("hold no interaction token and no prompt, though many requests to Discord failed", () => {
    const logs = system.logs();
    expect(logs).toContain("answered");
    expect(logs).not.toContain("red circle");
    for (const { token } of system.sandbox.world.interactions.values()) expect(logs).not.toContain(token);
    expect(logs).not.toContain(system.sandbox.token);
  });
});

describe("when no worker is online", () => {
  it("says so and queues nothing", async () => {
    await system.kill(worker, "SIGTERM");
    await until(
      "the bot to know",
      async () => (await member.autocomplete(`${QUICK} backend:`, "backend")).length === 0,
    );
    const refusal = await (await member.run(QUICK)).final(ANSWER_MS);
    expect(refusal.content).toMatch(/No GPU worker is online/);
    expect(await system.redis.zcard("quantspot:open")).toBe(0);
  });
});
