import { createHash } from "node:crypto";
import { Queue } from "bullmq";
import { InteractionType } from "discord-api-types/v10";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PREFIX } from "../../src/queue/names.ts";
import { QuizJobs } from "../../src/queue/quizJobs.ts";
import { drawRound, NOTHING_ASKED, roundId } from "../../src/quiz/round.ts";
import type { SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { closeGate, openGate } from "../../src/store/gate.ts";
import { closeRound, openRound, readRound, setRevealed, storeDraw } from "../../src/store/quiz/rounds.ts";
import { startStudy } from "../../src/store/quiz/studies.ts";
import { castVote } from "../../src/store/quiz/votes.ts";
import { plan } from "../support/plan.ts";
import {
  EPHEMERAL,
  found,
  hashOf,
  nthOpening,
  nthReveal,
  reveals,
  roundOf,
  start,
  textOf,
  vote,
} from "../support/quiz.ts";
import { System, until } from "../support/system.ts";

const ANSWER_MS = 60_000;
const PENDING = "quantspot:quiz:unrevealed";
const OPEN = "quantspot:open";

let system: System;
let moderator: SandboxMember;
let ada: SandboxMember;
let bob: SandboxMember;
/** Key of the first round's votes. */
let voted: string;

beforeAll(async () => {
  system = await System.start();
  moderator = system.sandbox.member("moderator");
  ada = system.sandbox.member("ada");
  bob = system.sandbox.member("bob");
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  await system.stop();
});

const run = async (member: SandboxMember, command: string) => (await member.run(command)).final(ANSWER_MS);

/** What stands in the bot's own books: the test knows it, no member does. */
const secretOf = async (message: SandboxMessage) =>
  found(await readRound(system.redis, roundOf(message))).round;

describe("a study in a server", () => {
  let first: SandboxMessage;

  it("is started by moderators alone", async () => {
    const refusal = await run(ada, "/quiz start");
    expect(refusal.content).toMatch(/Manage Server/);
    expect(await system.redis.hlen("quantspot:quiz:running")).toBe(0);
    const wrong = await run(moderator, '/quiz start closes:"whenever"');
    expect(wrong.content).toMatch(/`closes` is a time or a number of votes/);
    expect(await system.redis.hlen("quantspot:quiz:running")).toBe(0);
  });

  it("opens its first round as the command's answer, one picture without metadata, with the promise", async () => {
    first = await start(moderator, 'backends:torchao-int8 rounds:2 closes:"2 votes" controls:0');
    expect(first.content).toMatch(/Round 1 · Which one is quantized\?/);
    expect(first.content).toMatch(/1 round|2 rounds with votes in all, 2 of each backend/);
    expect(first.content).toMatch(/out of reach|needs at least \d+ members/);
    expect(hashOf(first)).toHaveLength(64);
    expect(first.attachments).toHaveLength(1);
    const png = system.sandbox.attachmentBytes(found(first.attachments[0]));
    expect(await chunksOf(png)).toEqual(new Set(["IHDR", "IDAT", "IEND"]));
    const again = await run(moderator, "/quiz start");
    expect(again.content).toMatch(/already running/);
  });

  it("shows while it is open nothing of what stands where", async () => {
    const { mapping, reveal, id, prompt } = await secretOf(first);
    const views = [
      ...moderator.sees().map((message) => JSON.stringify(message)),
      ...(await Promise.all(
        ["/queue show", "/quiz status", "/quiz evidence", "/quiz results", "/stats", "/me export"].map(
          async (command) => shown(await run(moderator, command)),
        ),
      )),
    ];
    const salt = /"salt":"(\w+)"/.exec(reveal)?.[1] ?? "";
    for (const view of [...views, system.logs()]) {
      expect(view).not.toContain(String(mapping.seed));
      expect(view).not.toContain(salt);
      expect(view).not.toMatch(/"(?:full|again|compare-\w+|quiz-look):r/);
    }
    expect(system.logs()).not.toContain(prompt);
    expect(system.logs()).not.toMatch(new RegExp(`${id}.*(bf16|torchao)|(bf16|torchao).*${id}`));
  });

  it("refuses whoever points at it by an id that no client offers", async () => {
    const id = roundOf(first);
    for (const customId of [
      `full:${id}`,
      `again:${id}`,
      `backend:${id}`,
      `variations:${id}`,
      `compare-diff:${id}`,
      `compare-flicker:${id}`,
      `quiz-look:${id}:diff`,
    ]) {
      const answer = await (await press(ada, customId)).final(ANSWER_MS);
      expect(answer.content).toMatch(/not revealed yet|drawn once/);
      expect(answer.attachments).toEqual([]);
    }
    const details = await (await ada.contextMenu("Show details", first)).final(ANSWER_MS);
    expect(details.content).toMatch(/⚠️/);
    const text = (await run(ada, `/quiz verify round:${id}`)).content;
    expect(text).toMatch(/not revealed yet/);
    const cancelled = await run(moderator, `/queue cancel request:${id}`);
    expect(cancelled.content).toMatch(/not revealed yet/);
  });

  it("counts one vote a member, the first, and none of who started it, nor for what is no picture", async () => {
    expect((await vote(moderator, first, "A")).content).toMatch(/You started this study/);
    const taken = await vote(ada, first, "A");
    expect((taken.flags ?? 0) & EPHEMERAL).toBe(EPHEMERAL);
    expect(taken.content).toMatch(/vote for \*\*A\*\* is counted/);
    expect((await vote(ada, first, "B")).content).toMatch(/voted for \*\*A\*\* already/);
    for (const position of ["2", "-1", "x", "00"]) {
      const answer = await (await press(bob, `quiz-vote:${position}:${roundOf(first)}`)).final(ANSWER_MS);
      expect(answer.content).toMatch(/no such round/);
    }
    expect(await system.redis.hlen(`quantspot:quiz:round:${roundOf(first)}:votes`)).toBe(1);
    voted = `quantspot:quiz:round:${roundOf(first)}:votes`;
  });

  it("closes by its rule and says which was which, with the promise kept", async () => {
    const { mapping } = await secretOf(first);
    const exported = await run(moderator, "/quiz export");
    expect(exported.content).toMatch(/you can't vote in that round any more/);
    expect(shown(exported)).not.toContain(ada.id);
    expect(shown(exported)).toMatch(/two-picture,(bf16 torchao-int8|torchao-int8 bf16),[01],[0-9a-f]{12},0,/);
    expect((await run(ada, "/quiz export")).content).toMatch(/Manage Server/);
    expect((await run(ada, "/quiz me")).content).toMatch(/None of your votes/);
    await controls(100);
    await vote(bob, first, "B");
    const reveal = await nthReveal(system, 1);
    const text = textOf(reveal);
    expect(createHash("sha256").update(text).digest("hex")).toBe(hashOf(first));
    expect(JSON.parse(text)).toMatchObject(mapping);
    const right = mapping.answer === 0 ? "A" : "B";
    expect(reveal.content).toContain(`**${right}** was right: 1 of 2 votes (50.0%)`);
    expect(mapping.options[mapping.answer]).toBe("torchao-int8");
    expect(reveal.content).toMatch(/\*\*[AB]\*\* · Original bf16 · [012] votes? · weights/);
    expect((await vote(system.sandbox.member("late"), first, "A").catch(String)).toString()).not.toMatch(
      /counted/,
    );
    const opening = system.sandbox.messages().find(({ id }) => id === first.id);
    expect(opening?.components ?? []).toEqual([]);
    expect(opening?.attachments).toHaveLength(1);
  });

  it("shows the difference and a flicker of what was revealed", async () => {
    const reveal = await nthReveal(system, 1);
    const difference = await (await ada.click(reveal, "Difference")).final(ANSWER_MS);
    expect(difference.content).toMatch(/PSNR/);
    expect(difference.attachments).toHaveLength(1);
    const flicker = await (await ada.click(reveal, "Flicker")).final(ANSWER_MS);
    expect(flicker.attachments[0]?.content_type).toBe("image/webp");
  });

  it("goes on with a control that looks like any other round and is the original twice, apart by rounding", async () => {
    const second = await nthOpening(system, 2);
    // The test has changed the share of controls meanwhile, which every round's message names.
    const plain = (text: string) =>
      text.replace(/ About \d+ in 100 rounds [^.]*\./, "").replace(/\d+|`[^`]*`|> .*/g, "…");
    expect(plain(second.content)).toBe(plain(first.content.replace(/\n-# (Study|With).*/g, "")));
    expect((await secretOf(second)).mapping.options.toSorted()).toEqual(["bf16", "bf16.alternate"]);
    await controls(0);
    for (const member of [ada, bob]) await vote(member, second, "A");
    const reveal = await nthReveal(system, 2);
    expect(reveal.content).toMatch(/A control: both are the original/);
    const difference = await (await ada.click(reveal, "Difference")).final(ANSWER_MS);
    expect(difference.content).toMatch(/PSNR [345]\d\.\d dB/);
    // Incident: the controls' p values could be watched until they were small.
    const early = await run(ada, "/quiz evidence");
    expect(early.content).toMatch(/Unfinished.*Controls: 1 round, [02] of 2 votes/s);
    expect(early.content).not.toMatch(/\bp [=<]/);
  });

  it("ends with a verdict, which evidence, scores and verify agree with", async () => {
    const third = await nthOpening(system, 3);
    expect(third.content).toMatch(/Round 3 · Which/);
    for (const member of [ada, bob]) await vote(member, third, "A");
    await nthReveal(system, 3);
    await until("the verdict", () =>
      system.sandbox.messages().some(({ content }) => /The verdict/.test(content)),
    );
    const verdict = found(system.sandbox.messages().find(({ content }) => /The verdict/.test(content)));
    expect(verdict.content).toMatch(/Whether people here can tell `torchao-int8` .* can't be said/);
    const evidence = await run(ada, "/quiz evidence");
    expect(evidence.content).toMatch(/of 4 votes right/);
    expect(evidence.attachments[0]?.description).toMatch(/Detection rate against memory, with a line at 50%/);
    const verified = await run(bob, "/quiz verify");
    expect(verified.content).toMatch(/✅ Round .* fixed before the first vote/);
    expect(await system.redis.hlen("quantspot:quiz:running")).toBe(0);
    expect(reveals(system)).toHaveLength(3);
    expect(evidence.content).toMatch(
      /Controls: 1 round, [02] of 2 votes on the other execution \(.*; p = 1\.000\)/,
    );
    expect((await run(ada, "/quiz me")).content).toMatch(/[012] of 2 right .* in a row now/);
    expect((await run(bob, "/quiz leaderboard")).content).toMatch(/Nobody has 20 votes yet/);
  });
});

describe("a study that closes by the clock", () => {
  it("stays open while nobody has voted, takes no vote after its time, and is stopped by a moderator", async () => {
    const { thread } = system.sandbox.channels; // it stays where it is started
    const exchange = await moderator.run(
      '/quiz start thread:True steps:1 backends:torchao-int8 closes:"1 minute" controls:0',
      { channelId: thread },
    );
    // A minute is the shortest that can be asked for; a test waits for three seconds.
    await system.redis.hset(`quantspot:quiz:round:r${exchange.interactionId}`, "minutes", "0.05");
    const round = await exchange.final(ANSWER_MS);
    const openedUntil = (await readRound(system.redis, roundOf(round)))?.closesAt ?? 0;
    await until("another period", async () => {
      const now = await readRound(system.redis, roundOf(round));
      return now?.state === "open" && (now.closesAt ?? 0) > openedUntil;
    });
    expect((await vote(ada, round, "A")).content).toMatch(/counted/);
    await nthReveal(system, 1, thread);
    const late = await press(bob, `quiz-vote:0:${roundOf(round)}`);
    expect((await late.final(ANSWER_MS)).content).toMatch(/closed/);
    expect((await run(ada, "/quiz stop")).content).toMatch(/Manage Server/);
    expect((await run(moderator, "/quiz stop")).content).toMatch(/ended without a verdict/);
    expect((await run(ada, "/quiz evidence")).content).toMatch(/Stopped without a verdict/);
    await until("everything of it to end", async () => (await system.redis.exists(PENDING, OPEN)) === 0);
  });
});

describe("a round that waits to be drawn", () => {
  // 'Show details' refused only what was drawn already: before that it told anybody seed and backends, and so a control.
  it("shows nothing of what will be drawn", async () => {
    await closeGate(system.redis, { mode: "paused", by: "1", at: Date.now() });
    const exchange = await moderator.run("/quiz start steps:1 backends:torchao-int8");
    const [waiting] = exchange.messages();
    const id = `r${exchange.interactionId}`;
    const { round } = found(await readRound(system.redis, id));
    for (const asked of [ada.contextMenu("Show details", found(waiting)), press(ada, `prompt:${id}`)]) {
      const answer = await (await asked).final(ANSWER_MS);
      expect(answer.content).toMatch(/not revealed yet/);
      expect(shown(answer)).not.toContain(String(round.mapping.seed));
      expect(answer.attachments).toEqual([]);
    }
    await moderator.click(found(waiting), "Cancel");
    expect((await exchange.final(ANSWER_MS)).content).toMatch(/Cancelled/);
    await openGate(system.redis);
  });
});

describe("find the original", () => {
  it("asks in a thread of its own among different backends, with a table of its own and no verdict on any", async () => {
    const { channelId, faults, applicationId, world } = system.sandbox;
    const options =
      'mode:find-original pictures:3 backends:"torchao-int8, gguf-q8_0" rounds:1 closes:"1 vote" thread:True';
    faults.denyPermission(channelId, "CreatePublicThreads");
    expect((await start(moderator, options)).content).toMatch(/⚠️.*\*\*Create Public Threads\*\*/);
    faults.allowPermission(channelId, "CreatePublicThreads");
    const threads = () =>
      [...world.channels.values()].filter(({ parentId }) => parentId === channelId).length;
    const before = threads();
    // In a thread it was started past all rules of the server, and its rounds were refused for a day.
    await run(moderator, '/settings block word:"cucumber"');
    const blocked = await start(moderator, `${options} prompt:"a cucumber"`);
    expect(blocked.content).toMatch(/⚠️.*cucumber/);
    await run(moderator, '/settings unblock blocked:"cucumber"');
    await closeGate(system.redis, { mode: "draining", by: "1", at: Date.now() });
    expect((await start(moderator, options)).content).toMatch(/⚠️/);
    await openGate(system.redis);
    expect(threads()).toBe(before);
    // Of two that started at once, the second left an empty thread behind.
    const both = await Promise.all([start(moderator, options), start(moderator, options)]);
    const started = found(both.find(({ content }) => /runs in <#/.test(content)));
    expect(both.filter(({ content }) => /already running/.test(content))).toHaveLength(1);
    expect(threads()).toBe(before + 1);
    const thread = /<#(\d+)>/.exec(started.content)?.[1] ?? "";
    expect(world.channel(thread)).toMatchObject({ parentId: channelId, ownerId: applicationId });
    const round = await nthOpening(system, 1, thread);
    expect(round.content).toMatch(/Find the original/);
    const { mapping } = await secretOf(round);
    expect(mapping.options.toSorted()).toEqual(["bf16", "gguf-q8_0", "torchao-int8"]);
    await vote(ada, round, "C");
    const reveal = await nthReveal(system, 1, thread);
    expect(mapping.options[mapping.answer]).toBe("bf16");
    expect(reveal.content).toMatch(mapping.answer === 2 ? /1 of 1 vote/ : /0 of 1 vote/);
    const isOver = () =>
      system.sandbox.messages(thread).some(({ content }) => /Guessing gives 33\.3%/.test(content));
    await until("the result", isOver);
    const evidence = await run(ada, "/quiz evidence");
    expect(evidence.content).toMatch(/enters no verdict on a backend/);
    expect((await run(ada, "/quiz me")).content).toMatch(/Find the original among 3/);
  });
});

describe("a verdict that a cheaper backend passes", () => {
  it("gives moderators a button that makes it the default, and the history names the study", async () => {
    await playEvenly();
    const message = () =>
      system.sandbox.messages().find(({ content }) => content.includes("verdict of study `s77`"));
    await until("the verdict", () => message() !== undefined, ANSWER_MS);
    const verdict = found(message());
    expect(verdict.content).toMatch(/practically at chance/);
    const refusal = await (await ada.click(verdict, "Make torchao-int8 the default")).final(ANSWER_MS);
    expect(refusal.content).toMatch(/Manage Server/);
    expect((await (await press(moderator, "quiz-default:s77:bf16")).final(ANSWER_MS)).content).toMatch(/⚠️/);
    const made = await (await moderator.click(verdict, "Make torchao-int8 the default")).final(ANSWER_MS);
    expect(made.content).toMatch(/is the default of this server now/);
    const history = await run(moderator, "/preset history");
    expect(history.content).toMatch(/quiz-torchao-int8.*Study s77: practically at chance/s);
    await run(moderator, "/preset undo");
  });

  /** A study whose last round is closed: forty members in forty rounds, each right in half of them. */
  async function playEvenly(): Promise<void> {
    const { redis, sandbox } = system;
    const study = plan({
      ...{ id: "s77", guildId: sandbox.guildId, channelId: sandbox.channelId, interactionId: "77" },
      ...{ backends: ["torchao-int8"], rounds: 40, closing: { votes: 10_000 } },
    });
    await startStudy(redis, study);
    const figure = { label: "", peakBytes: 1, measure: "process-rss" as const, seconds: 1, device: "" };
    for (let number = 1; number <= 40; number += 1) {
      const id = roundId(study, number);
      const { mapping } = await storeDraw(redis, study, drawRound(study, id, number, NOTHING_ASKED));
      await openRound(redis, id, [
        { ...figure, weightsBytes: 2000 },
        { ...figure, weightsBytes: 1000 },
      ]);
      await Promise.all(
        Array.from({ length: 40 }, (_, member) => {
          const choice = (number + member) % 2 === 0 ? mapping.answer : 1 - mapping.answer;
          const ballot = { roundId: id, memberId: `${7000 + member}`, choice, messageId: "1" };
          return castVote(redis, { ...ballot, interactionId: `${number}${member}` });
        }),
      );
      await closeRound(redis, id, true);
      await setRevealed(redis, id);
    }
    const jobs = new QuizJobs(redis);
    await jobs.next("s77", 41);
    await jobs.stop();
  }
});

describe("the game", () => {
  // Each refused /quiz solo stayed in Redis for ever; and taking one back would have ended the server's study.
  it("keeps nothing of a round alone that was refused, and leaves the server's study running", async () => {
    const { redis, sandbox } = system;
    await redis.hset("quantspot:quiz:running", sandbox.guildId, "s88");
    await closeGate(redis, { mode: "draining", by: "1", at: Date.now() });
    const before = await redis.keys("quantspot:quiz:*");
    expect((await run(bob, "/quiz solo backends:torchao-int8 steps:2")).content).toMatch(/⚠️/);
    expect((await redis.keys("quantspot:quiz:*")).toSorted()).toEqual(before.toSorted());
    expect(await redis.hget("quantspot:quiz:running", sandbox.guildId)).toBe("s88");
    await openGate(redis);
    await redis.hdel("quantspot:quiz:running", sandbox.guildId);
  });

  it("is played alone in private with the answer at once, and none of it counts", async () => {
    const before = await run(bob, "/quiz leaderboard season:all");
    const round = await run(bob, "/quiz solo backends:torchao-int8 steps:2");
    expect((round.flags ?? 0) & EPHEMERAL).toBe(EPHEMERAL);
    expect(round.content).toMatch(/For you alone/);
    const { mapping } = await secretOf(round);
    const stranger = await (await press(ada, `quiz-vote:0:${roundOf(round)}`)).final(ANSWER_MS);
    expect(stranger.content).toMatch(/no such round/);
    await bob.click(round, "A");
    const seen = () => found(bob.sees().find(({ id }) => id === round.id));
    await until("the answer", () => /which was which/.test(seen().content));
    expect(seen().content).toMatch(mapping.answer === 0 ? /✅ Right/ : /❌ Wrong/);
    expect(seen().attachments).toHaveLength(1);
    expect(JSON.stringify(seen().components)).not.toContain("quiz-vote");
    expect(reveals(system).some(({ content }) => content.includes(roundOf(round)))).toBe(false);
    expect((await run(bob, "/quiz leaderboard season:all")).content).toBe(before.content);
    expect((await run(bob, "/quiz results")).content).not.toContain(`s${round.id}`);
  });

  it("incident: who voted alone as their bot died never saw the answer", async () => {
    const round = await run(bob, "/quiz solo backends:torchao-int8 steps:1");
    const { mapping, id } = await secretOf(round);
    const ballot = { roundId: id, memberId: bob.id, choice: mapping.answer, messageId: round.id };
    await castVote(system.redis, { ...ballot, interactionId: "1" }); // all that the dead bot came to
    await bob.click(round, mapping.answer === 0 ? "B" : "A");
    const seen = () => found(bob.sees().find((message) => message.id === round.id)).content;
    await until("the answer", () => /✅ Right/.test(seen()));
  });

  it("has a round a day in the channel that a moderator names, by a schedule that outlives the bot", async () => {
    expect((await run(ada, "/quiz daily")).content).toMatch(/Manage Server/);
    const { general, withoutAttach } = system.sandbox.channels;
    const refusal = await run(moderator, `/quiz daily channel:<#${withoutAttach}>`);
    expect(refusal.content).toMatch(/may not post pictures in <#\d+> without \*\*Attach Files\*\*\.$/);
    const set = await run(moderator, `/quiz daily channel:<#${general}> hour:6 backends:torchao-int8`);
    expect(set.content).toMatch(/at 6:00 UTC/);
    const queue = new Queue("quiz", { connection: { url: system.redisServer.url }, prefix: PREFIX });
    const [scheduled] = await queue.getJobSchedulers();
    expect(scheduled).toMatchObject({ pattern: "0 6 * * *", tz: "UTC" });
    // Tomorrow's job, now.
    const job = found((await queue.getDelayed()).find(({ name }) => name === "daily"));
    await job.promote();
    await queue.close();
    const posted = () =>
      system.sandbox.messages(general).find(({ content }) => /Today's round/.test(content));
    await until("the daily round", () => posted() !== undefined, ANSWER_MS);
    expect(JSON.stringify(posted())).not.toMatch(/@(everyone|here)|<@/);
    expect((await run(moderator, "/quiz daily off:True")).content).toMatch(/no daily rounds any more/);
  });
});

describe("what a member may ask to be deleted", () => {
  it("leaves their votes counted, as nobody's", async () => {
    const votes = voted;
    expect(await system.redis.hexists(votes, ada.id)).toBe(1);
    expect(shown(await run(ada, "/me export"))).toContain('"quizVotes"');
    const asked = await run(ada, "/me delete");
    await ada.click(asked, "Delete everything about me");
    await until("the votes to be nobody's", async () => (await system.redis.hexists(votes, ada.id)) === 0);
    expect(await system.redis.hlen(votes)).toBe(2);
    expect((await run(ada, "/quiz me")).content).toMatch(/None of your votes/);
  });
});

/** How many of 100 rounds to come are controls, though a study's plan is fixed for everybody else. */
async function controls(shamPercent: number): Promise<void> {
  const [id] = await system.redis.hvals("quantspot:quiz:running");
  const plan = JSON.parse(
    found((await system.redis.hget(`quantspot:quiz:study:${id}`, "plan")) ?? undefined),
  );
  await system.redis.hset(`quantspot:quiz:study:${id}`, "plan", JSON.stringify({ ...plan, shamPercent }));
}

/** A click on a component that is on no message, as a hand-made client could send it. */
const press = (member: SandboxMember, customId: string) =>
  member.raw({
    type: InteractionType.MessageComponent,
    data: { component_type: 2, custom_id: customId },
    message: found(system.sandbox.messages().at(-1)),
  });

/** A message and the text of its files. */
function shown(message: SandboxMessage): string {
  const files = message.attachments.map((file) => system.sandbox.attachmentBytes(file).toString("utf8"));
  return [JSON.stringify(message), ...files].join("\n");
}

async function chunksOf(png: Buffer): Promise<Set<string>> {
  expect((await sharp(png).metadata()).format).toBe("png");
  const names = new Set<string>();
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    names.add(png.toString("latin1", at + 4, at + 8));
  return names;
}
