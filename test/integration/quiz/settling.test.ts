/** What the sweep makes up for, whatever the others are up to. */

import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Plan } from "../../../src/quiz/plan.ts";
import { drawRound, NOTHING_ASKED, roundId } from "../../../src/quiz/round.ts";
import { settleQuiz } from "../../../src/quiz/settle.ts";
import { doQuizJob, type QuizPorts } from "../../../src/quiz/steps.ts";
import { keys } from "../../../src/store/keys.ts";
import { openRound, readRound, roundsOf, storeDraw } from "../../../src/store/quiz/rounds.ts";
import { moveStudy, startStudy } from "../../../src/store/quiz/studies.ts";
import { castVote } from "../../../src/store/quiz/votes.ts";
import { close, readRecord } from "../../../src/store/requests.ts";
import { afterReading } from "../../support/interrupted.ts";
import { plan } from "../../support/plan.ts";
import { startQuizPorts } from "../../support/quizPorts.ts";
import { enqueue, request } from "../../support/request.ts";

let redis: Redis;
let ports: QuizPorts;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ redis, ports, stop } = await startQuizPorts());
});
afterAll(() => stop());

/** A study in a thread, whose first round is drawn, and whose bot died before it queued anything. */
async function drawn(change: Partial<Plan>): Promise<string> {
  const study = plan(change);
  await startStudy(redis, study);
  await moveStudy(redis, study, study.channelId);
  const id = roundId(study, 1);
  await storeDraw(redis, study, drawRound(study, id, 1, NOTHING_ASKED));
  return id;
}

it("incident: one member at their limit kept the rounds of every other server from going on", async () => {
  await enqueue(redis, ports.producer, request({ userId: "500", guildId: "201" }));
  const refused = await drawn({ id: "s1", guildId: "201", interactionId: "101", userId: "500" });
  const others = await Promise.all(
    [2, 3, 4].map((n) =>
      drawn({ id: `s${n}`, guildId: `20${n}`, interactionId: `10${n}`, userId: `50${n}` }),
    ),
  );
  await settleQuiz(ports);
  expect(await readRecord(redis, refused)).toBeUndefined();
  for (const id of others) expect((await readRecord(redis, id))?.state).toBe("waiting");
});

it("incident: a sweep in the instant of a solo round's draw ended it before it was rendered", async () => {
  const id = await drawn({
    id: "s9",
    guildId: "209",
    interactionId: "109",
    kind: "solo",
    startedAt: Date.now(),
  });
  await settleQuiz(ports);
  expect((await readRound(redis, id))?.state).toBe("drawn");
});

it("incident: a sweep that stood still for a moment voided a round that had opened and was voted in", async () => {
  const id = await drawn({ id: "s30", guildId: "230", interactionId: "130", userId: "530" });
  await settleQuiz(ports);
  const asked = (await readRecord(redis, id))?.request;
  const vote = async (memberId: string) => {
    const click = { interactionId: memberId, messageId: "9" };
    return (await castVote(redis, { roundId: id, memberId, choice: 0, ...click })).outcome;
  };
  afterReading(redis, keys.round(id), async () => {
    await openRound(redis, id, []);
    if (asked) await close(redis, asked, []);
    expect(await vote("7")).toBe("taken");
  });
  await settleQuiz(ports);
  expect(await vote("8")).toBe("taken");
});

it("a study's rounds wait while who started it has used up a day's GPU seconds", async () => {
  const study = plan({ id: "s20", guildId: "220", interactionId: "120", userId: "520", gpuSeconds: 10 });
  await startStudy(redis, study);
  const step = () => doQuizJob(ports, { step: "next", studyId: study.id, number: 1 });
  await ports.rates.spendEngine(study, 10);
  await expect(step()).rejects.toThrow("GPU seconds");
  expect(await roundsOf(redis, study.id)).toEqual([]);
  await redis.del(...(await redis.keys("quantspot:rate:*220:520"))); // a day later
  await step();
  expect((await roundsOf(redis, study.id)).map(({ state }) => state)).toEqual(["drawn"]);
});
