/** How a round comes before everybody's eyes, and what becomes of one that can't. */
import { Queue } from "bullmq";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AnswerPorts, answerAndDeliver, giveUp } from "../../../src/generation/answer.ts";
import type { Request } from "../../../src/generation/request.ts";
import type { RenderOutcome } from "../../../src/queue/deliveries.ts";
import { PREFIX, QUIZ } from "../../../src/queue/names.ts";
import type { Plan } from "../../../src/quiz/plan.ts";
import { drawRound, NOTHING_ASKED, roundId, toRequest } from "../../../src/quiz/round.ts";
import { settleQuiz } from "../../../src/quiz/settle.ts";
import { doQuizJob, type QuizPorts } from "../../../src/quiz/steps.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { storeCancellation } from "../../../src/store/cancellations.ts";
import { putImage } from "../../../src/store/images.ts";
import { keys } from "../../../src/store/keys.ts";
import { closeRound, readRound, roundsOf, storeDraw, voidRound } from "../../../src/store/quiz/rounds.ts";
import { endStudy, readStudy, startStudy, storePlan } from "../../../src/store/quiz/studies.ts";
import { castVote } from "../../../src/store/quiz/votes.ts";
import { readRecord } from "../../../src/store/requests.ts";
import { plan } from "../../support/plan.ts";
import { openings } from "../../support/quiz.ts";
import { startQuizPorts } from "../../support/quizPorts.ts";
import { enqueue } from "../../support/request.ts";

const SIZE = 16;
const STATS = {
  ...{ device: "cpu", deviceName: "a CPU", textEncoder: "bf16" as const, truncatedTokens: 0, warnings: [] },
  seconds: { queue: 0, encode: 0, denoise: 1, perStep: 1, decode: 0, total: 1 },
  memory: { measure: "process-rss" as const, weightsBytes: 1, residentBytes: 2, peakBytes: 3 },
};

let sandbox: Sandbox;
let ports: QuizPorts & AnswerPorts;
let stop: () => Promise<void>;
beforeAll(async () => {
  sandbox = await startSandbox();
  ({ ports, stop } = await startQuizPorts(sandbox));
});
afterAll(async () => {
  await stop();
  await sandbox.close();
});

let studies = 0;
let study: Plan;
let request: Request;
let outcomes: RenderOutcome[];

/** A round whose pictures are rendered and wait to be shown. */
async function rendered(
  change: Partial<Plan> = {},
  store: (redis: QuizPorts["redis"], plan: Plan) => Promise<unknown> = startStudy,
): Promise<void> {
  studies += 1;
  study = plan({
    ...{ id: `s${studies}`, interactionId: String(studies), width: SIZE, height: SIZE },
    ...{ guildId: String(studies), channelId: sandbox.channelId, userId: sandbox.member("moderator").id },
    ...change,
  });
  await store(ports.redis, study);
  const id = roundId(study, 1);
  const drawn = await storeDraw(ports.redis, study, drawRound(study, id, 1, NOTHING_ASKED));
  // Nobody has acknowledged it: a delivery waits no longer for that.
  request = { ...toRequest(study, drawn), createdAt: Date.now() - 60_000 };
  await enqueue(ports.redis, ports.producer, request);
  outcomes = await Promise.all(drawn.renders.map((_, index) => picture(id, index)));
}

async function picture(id: string, render: number): Promise<RenderOutcome> {
  const key = `quantspot:image:${id}:${render}`;
  const create = { width: SIZE, height: SIZE, channels: 3 as const, background: { r: render, g: 0, b: 0 } };
  const png = await sharp({ create }).png().toBuffer();
  await putImage(ports.redis, key, png, 2 ** 30);
  const images = [{ key, width: SIZE, height: SIZE, bytes: png.length }];
  const recipe = "bf16";
  const made = { model: "", versions: {}, queueSeconds: 0, pngSeconds: 0, workerId: "1" };
  return { ended: "rendered", result: { render, recipe, images, stats: STATS, ...made } };
}

/** The data of the quiz's next steps. */
async function queued() {
  const queue = new Queue(QUIZ, { connection: ports.redis, prefix: PREFIX });
  const steps = await queue.getJobs();
  await queue.close();
  return steps.map(({ data }) => data);
}

const round = async () => readRound(ports.redis, request.id);
const deliver = () => answerAndDeliver(ports, request, outcomes);
const shown = () =>
  openings({ sandbox }, study.channelId).filter(({ components }) =>
    JSON.stringify(components).includes(`:${request.id}"`),
  );
const vote = async () => {
  const { outcome } = await castVote(ports.redis, {
    ...{ roundId: request.id, memberId: "7", choice: 0, interactionId: "8", messageId: "9" },
  });
  return outcome;
};

describe("incident: a round whose message was refused stayed open, without buttons, until a moderator stopped it", () => {
  const channel = () => sandbox.channelId;
  it.each([
    ["Discord is in trouble", () => sandbox.faults.answer5xx("POST /channels", 2), () => {}],
    [
      "a permission is gone",
      () => sandbox.faults.denyPermission(channel(), "AttachFiles"),
      () => sandbox.faults.allowPermission(channel(), "AttachFiles"),
    ],
    [
      "the channel is out of sight",
      () => sandbox.faults.denyPermission(channel(), "ViewChannel"),
      () => sandbox.faults.allowPermission(channel(), "ViewChannel"),
    ],
  ])("it is shown once it can be: %s", async (_why, fail, mend) => {
    await rendered();
    fail();
    for (const _try of [1, 2]) await expect(deliver()).rejects.toThrow();
    expect(shown()).toHaveLength(0);
    mend();
    await deliver();
    await deliver();
    expect(shown()).toHaveLength(1);
    expect((await round())?.state).toBe("open");
    expect(await vote()).toBe("taken");
  });

  it("it is taken back with a word in the channel when only its picture is refused, and another one is drawn", async () => {
    const { general } = sandbox.channels; // of another rate limit
    await rendered({ channelId: general });
    sandbox.faults.denyPermission(general, "AttachFiles");
    await expect(deliver()).rejects.toThrow();
    await giveUp(ports, request, outcomes, undefined);
    sandbox.faults.allowPermission(general, "AttachFiles");
    expect(sandbox.messages(general).at(-1)?.content).toMatch(/\*\*Not asked\*\* · .* could not be posted/);
    expect((await round())?.state).toBe("void");
    expect((await readRecord(ports.redis, request.id))?.state).toBe("answered");
    expect(await vote()).toBe("late");
    await settleQuiz(ports);
    await doQuizJob(ports, { step: "next", studyId: study.id, number: 2 });
    expect((await roundsOf(ports.redis, study.id)).map(({ state }) => state)).toEqual(["void", "drawn"]);
  });

  it("where nothing can be said any more the study ends, and who started it is told", async () => {
    await rendered({ channelId: sandbox.channels.ageRestricted });
    sandbox.faults.deleteChannel(study.channelId);
    for (let number = 1; number <= 5; number += 1) {
      await expect(deliver()).rejects.toThrow();
      await giveUp(ports, request, outcomes, undefined);
      await doQuizJob(ports, { step: "next", studyId: study.id, number: number + 1 });
      const [last] = (await roundsOf(ports.redis, study.id)).slice(-1);
      if (last) request = { ...toRequest(study, last.round), createdAt: Date.now() - 60_000 };
      outcomes = await Promise.all(request.renders.map((_, index) => picture(request.id, index)));
    }
    expect((await readStudy(ports.redis, study.id))?.state).toBe("stopped");
    const direct = sandbox.world.channels;
    const told = [...direct.values()].filter(({ recipientId }) => recipientId === study.userId);
    const words = told.flatMap(({ id }) => sandbox.messages(id)).map(({ content }) => content);
    expect(words.filter((word) => word.includes(`Study \`${study.id}\` has ended`))).toHaveLength(1);
    expect(words.join()).not.toMatch(/Which one is quantized/);
  });
});

describe("incident: a round whose delivery was tried again said that it was over, in the place of its pictures", () => {
  const last = () => sandbox.messages(study.channelId).at(-1);

  it("it keeps them, without buttons, where its votes have closed it meanwhile", async () => {
    await rendered({ channelId: sandbox.channels.thread });
    await deliver();
    await closeRound(ports.redis, request.id, true);
    await ports.redis.hset(keys.request(request.id), "state", "delivering"); // the bot died before it said so
    await deliver();
    expect(last()?.content).toMatch(/^\*\*Round 1 · /);
    expect(last()?.attachments).toHaveLength(1);
    expect(shown()).toHaveLength(0);
  });

  it("it is said not to be asked where it was taken back meanwhile", async () => {
    await rendered({ channelId: sandbox.channels.thread });
    await voidRound(ports.redis, request.id);
    await deliver();
    expect(last()?.content).toMatch(/\*\*Not asked\*\*/);
  });
});

describe("incident: a bot died between ending a study and ending its round, which stayed open for ever", () => {
  it("a round that is open is closed early by the next sweep", async () => {
    await rendered({ channelId: sandbox.channels.general });
    await deliver();
    await endStudy(ports.redis, study, "stopped");
    await settleQuiz(ports);
    const step = (await queued()).find(({ roundId }) => roundId === request.id);
    expect(step).toMatchObject({ step: "close", force: true });
  });

  it("one that is drawn is not shown", async () => {
    await rendered({ channelId: sandbox.channels.general });
    await endStudy(ports.redis, study, "stopped");
    await deliver();
    expect(shown()).toHaveLength(0);
    expect((await round())?.state).toBe("void");
  });
});

describe("a daily round that a moderator cancels", () => {
  // It was drawn anew at once; before that, it ended the server's study.
  let cancelled: string;
  beforeEach(async () => {
    await rendered({ kind: "daily", channelId: sandbox.channels.withoutAttach }, storePlan);
    cancelled = request.id;
    await storeCancellation(ports.redis, request.id, "42");
    await deliver();
  });

  it("is over, with a word; none takes its place, and the next day has its own", async () => {
    expect(sandbox.messages(study.channelId).at(-1)?.content).toMatch(/Cancelled.*<@42>/);
    expect((await round())?.state).toBe("void");
    expect((await readStudy(ports.redis, study.id))?.state).toBe("running");
    await settleQuiz(ports);
    expect((await queued()).filter(({ studyId }) => studyId === study.id)).toEqual([]);
    await doQuizJob(ports, { step: "daily", studyId: study.id });
    const rounds = await roundsOf(ports.redis, study.id);
    expect(rounds.map(({ state }) => state)).toEqual(["void", "drawn"]);
    expect((await readRound(ports.redis, cancelled))?.state).toBe("void");
  });
});
