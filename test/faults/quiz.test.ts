/**
 * The quiz, killed at every point of a round: each round opens once, each vote counts once, each answer comes once.
 * `npm test` has a stand-in render and a worker with fast clocks; `npm run test:faults` the real engine and worker.
 */
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawRound, NOTHING_ASKED, roundId } from "../../src/quiz/round.ts";
import type { SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { readRound, roundsOf, storeDraw } from "../../src/store/quiz/rounds.ts";
import { readStudy } from "../../src/store/quiz/studies.ts";
import { votesOf } from "../../src/store/quiz/votes.ts";
import { AT_LENGTH } from "../support/length.ts";
import {
  found,
  hashOf,
  nthOpening,
  nthReveal,
  openings,
  reveals,
  roundOf,
  textOf,
  vote,
} from "../support/quiz.ts";
import { System, until } from "../support/system.ts";

const ENGINE = AT_LENGTH ? {} : { brisk: true, standIn: { recipes: "bf16,torchao-int8", "step-ms": "150" } };
const START = '/quiz start backends:torchao-int8 rounds:40 closes:"2 votes" controls:0 steps:2';

let system: System;
let bot: ChildProcess;
let worker: ChildProcess;
let ada: SandboxMember;
let bob: SandboxMember;
let rounds = 0;

beforeAll(async () => {
  system = await System.start({ workers: 0, bot: false, ...ENGINE });
  [bot, worker] = await Promise.all([system.startBot(), system.startWorker()]);
  ada = system.sandbox.member("ada");
  bob = system.sandbox.member("bob");
});
afterAll(() => system.stop());

async function restartBot(): Promise<void> {
  await system.kill(bot);
  bot = await system.startBot();
}

/** The next round, which has opened exactly once. */
async function opened(): Promise<SandboxMessage> {
  rounds += 1;
  const message = await nthOpening(system, rounds);
  expect(openings(system)).toHaveLength(rounds);
  return message;
}

/** Its answer, which has come exactly once and keeps what the opening promised. */
async function revealed(round: SandboxMessage): Promise<void> {
  const reveal = await nthReveal(system, rounds);
  await until(
    "the round to be done",
    async () => (await readRound(system.redis, roundOf(round)))?.state === "revealed",
  );
  expect(reveals(system)).toHaveLength(rounds);
  expect(createHash("sha256").update(textOf(reveal)).digest("hex")).toBe(hashOf(round));
  expect(await votesOf(system.redis, roundOf(round))).toHaveLength(2);
}

describe("killed", () => {
  it("while the first round is rendered: the bot", async () => {
    await system.sandbox.member("moderator").run(START);
    await restartBot();
    const round = await opened();
    await vote(ada, round, "A");
    await vote(bob, round, "B");
    await revealed(round);
  });

  it("between two votes, and at once after the last one", async () => {
    const round = await opened();
    await vote(ada, round, "A");
    await restartBot();
    expect((await vote(ada, round, "B")).content).toMatch(/voted for \*\*A\*\* already/);
    await vote(bob, round, "B");
    await restartBot();
    await revealed(round);
  });

  it.runIf(AT_LENGTH)(
    "between the last vote and the job that it makes, and before the next round is queued",
    async () => {
      const round = await opened();
      await vote(ada, round, "A");
      await system.kill(bot);
      await closeWithoutBot(round);
      bot = await system.startBot();
      await revealed(round);
      await restartBot();
    },
  );

  it.runIf(AT_LENGTH)("while a later round is rendered: the worker, then the bot", async () => {
    const earlier = await opened();
    await vote(ada, earlier, "A");
    await vote(bob, earlier, "A");
    await revealed(earlier);
    await Promise.all([system.kill(worker), system.kill(bot)]);
    [bot, worker] = await Promise.all([system.startBot(), system.startWorker()]);
    const round = await opened();
    await vote(ada, round, "A");
    await vote(bob, round, "A");
    await revealed(round);
  });

  it("after a round was drawn, before it was queued", async () => {
    const round = await opened();
    await system.kill(bot);
    await closeWithoutBot(round);
    const [studyId = ""] = await system.redis.hvals("quantspot:quiz:running");
    const study = found(await readStudy(system.redis, studyId));
    const id = roundId(study.plan, rounds + 1);
    await storeDraw(system.redis, study.plan, drawRound(study.plan, id, rounds + 1, NOTHING_ASKED));
    bot = await system.startBot();
    await revealed(round);
    expect(roundOf(await opened())).toBe(id);
    const numbers = (await roundsOf(system.redis, studyId)).map((stored) => stored.round.number);
    expect(numbers).toEqual(Array.from({ length: rounds }, (_, index) => index + 1));
  });
});

/** The last vote's script, and then nothing of what the bot does after it. */
async function closeWithoutBot(round: SandboxMessage): Promise<void> {
  const key = `quantspot:quiz:round:${roundOf(round)}`;
  for (const { id } of [ada, bob]) await system.redis.hset(`${key}:votes`, id, `0 ${Date.now()} ${id}`);
  await system.redis.hset(key, "state", "closed", "closedAt", Date.now());
}
