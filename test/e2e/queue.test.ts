/** /queue, /backends and /stats with the real bot, worker and engine. */
import { OverwriteType, PermissionFlagsBits } from "discord-api-types/v10";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Exchange, type SandboxMember, type SandboxMessage, textOf } from "../../src/sandbox/index.ts";
import { System, until } from "../support/system.ts";

const ANSWER_MS = 60_000;
const LONG = "/generate images:4 steps:50";

let system: System;
let bot: Awaited<ReturnType<System["startBot"]>>;
let member: SandboxMember;
let other: SandboxMember;
let moderator: SandboxMember;
beforeAll(async () => {
  // Two servers, of which the first is the bot's home: so the commands are registered for all.
  system = await System.start({ sandbox: { guilds: 2 }, bot: false, env: { DISCORD_GUILD_ID: "" } });
  bot = await system.startBot();
  member = system.sandbox.member("member");
  other = system.sandbox.member("other");
  moderator = system.sandbox.member("moderator");
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  await system.stop();
});

async function final(exchange: Promise<Exchange>): Promise<SandboxMessage> {
  return (await exchange).final(ANSWER_MS);
}

const isEphemeral = (message: SandboxMessage) => ((message.flags ?? 0) & 64) !== 0;

async function saying(exchange: Exchange, pattern: RegExp): Promise<SandboxMessage> {
  await until(String(pattern), () => pattern.test(exchange.reply()?.content ?? ""));
  const reply = exchange.reply();
  if (!reply) throw new Error(`no reply says ${pattern}`);
  return reply;
}

describe("/queue", () => {
  it("lists one's own by prompt and backend and counts the others; moderators see the server's, private ones without prompt", async () => {
    const running = await member.run(`${LONG} prompt:"a blue house"`);
    await saying(running, /Rendering/);
    const waiting = await other.run(`${LONG} prompt:"a green tree" private:True`);
    await saying(waiting, /Waiting/);

    const own = await final(member.run("/queue show"));
    expect(isEphemeral(own)).toBe(true);
    expect(own.content).toMatch(/1 render running · 1 waiting/);
    expect(own.content).toMatch(/\*\*1\.\*\* 🎨 \*\*Rendering\*\*.*Original bf16\n> a blue house/);
    expect(own.content).toContain("and 1 request from others");
    expect(own.content).not.toContain("green tree");
    expect((await final(other.run("/queue show"))).content).toMatch(
      /Waiting\*\* · 1 ahead.*\n> a green tree/,
    );

    const all = await final(moderator.run("/queue show"));
    expect(all.content).toContain(`> a blue house\n-# <@${member.id}> asked`);
    expect(all.content).toContain("a private request");
    expect(JSON.stringify(all)).not.toContain("green tree");

    // Incident: a request that never was is "This result is too old for that. Type `/generate` again."
    expect((await final(member.run("/queue cancel request:foo"))).content).toContain("no such request");
    const [choice] = await other.autocomplete("/queue cancel request:", "request");
    expect(choice?.name).toContain("a green tree");
    const foreign = await final(member.run(`/queue cancel request:${choice?.value}`));
    expect(foreign.content).toMatch(/Only the member who asked, or a moderator/);
    expect((await final(other.run(`/queue cancel request:${choice?.value}`))).content).toContain("cancelled");
    expect((await waiting.final(ANSWER_MS)).content).toContain(`Cancelled** by <@${other.id}>`);

    await moderator.select(all, "queue-cancel", [`r${running.interactionId}`]);
    expect((await running.final(ANSWER_MS)).content).toContain(`Cancelled** by <@${moderator.id}>`);
    await until("the queue to be empty", async () => (await system.redis.zcard("quantspot:open")) === 0);
    const empty = await final(member.run("/queue show"));
    expect(empty.content).toMatch(/0 renders running · 0 waiting\nYou have nothing/);
  });

  it("incident: whoever might delete messages in one channel saw and cancelled what was asked in another", async () => {
    const { sandbox } = system;
    const channelId = sandbox.guilds[0]?.channels.general ?? "";
    const keeper = sandbox.member("keeper");
    sandbox.world.channel(channelId).overwrites.push({
      ...{ id: keeper.id, type: OverwriteType.Member, deny: "0" },
      allow: PermissionFlagsBits.ManageMessages.toString(),
    });
    const elsewhere = await member.run(`${LONG} prompt:"a grey cat"`);
    const here = await other.run(`${LONG} prompt:"a brown dog"`, { channelId });
    await Promise.all([elsewhere, here].map((asked) => saying(asked, /Rendering|Waiting/)));

    const shown = (await final(keeper.run("/queue show", { channelId }))).content;
    expect(shown).toContain(`> a brown dog\n-# <@${other.id}> asked`);
    expect(shown).not.toContain("grey cat");
    const cancel = async (asked: Exchange, at = sandbox.channelId) =>
      (await final(keeper.run(`/queue cancel request:r${asked.interactionId}`, { channelId: at }))).content;
    expect(await cancel(elsewhere, channelId)).toMatch(/Only the member who asked/);
    expect(await cancel(here)).toMatch(/Only the member who asked/);
    expect(await cancel(here, channelId)).toContain("cancelled");
    expect((await here.final(ANSWER_MS)).content).toContain(`Cancelled** by <@${keeper.id}>`);
    await final(moderator.run(`/queue cancel request:r${elsewhere.interactionId}`, { channelId }));
    expect((await elsewhere.final(ANSWER_MS)).content).toContain(`Cancelled** by <@${moderator.id}>`);
  });

  it("is paused, drained and resumed by moderators of the home server and the bot's owners alone", async () => {
    const elsewhere = system.sandbox.guilds[1]?.id;
    for (const action of ["pause", "drain", "resume"])
      for (const person of [member, system.sandbox.member("moderator", elsewhere)]) {
        const refusal = await final(person.run(`/queue ${action}`));
        expect(refusal.content).toContain("in the bot's home server, and the bot's owners, can do this");
        expect(isEphemeral(refusal)).toBe(true);
      }
    expect(await system.redis.exists("quantspot:gate")).toBe(0);
    const owner = system.sandbox.member("owner", elsewhere);
    expect((await final(owner.run("/queue pause"))).content).toContain("paused on every worker");
    expect((await final(moderator.run("/queue pause"))).content).toContain("already paused");
    expect((await final(moderator.run("/queue resume"))).content).toContain("is running again");
    expect((await final(moderator.run("/queue resume"))).content).toContain("already running");
  });

  it("stays paused over a restart of the bot; drained, it refuses with nothing queued; resumed, what waited is answered", async () => {
    await final(moderator.run("/queue pause"));
    const waiting = await member.run('/generate images:1 steps:2 prompt:"a red star"');
    await saying(waiting, /⏸ \*\*Waiting\*\*/);
    await system.kill(bot);
    await until("the bot to be gone", () => !system.sandbox.isBotOnline);
    bot = await system.startBot();
    expect((await final(member.run("/queue show"))).content).toContain(`**Paused** by <@${moderator.id}>`);

    await final(moderator.run("/queue drain"));
    const refused = await final(other.run("/generate images:1 steps:2 prompt:x"));
    expect(refused.content).toContain("takes no new requests right now");
    expect(await system.redis.zcard("quantspot:open")).toBe(1);
    expect(waiting.reply()?.attachments).toEqual([]);

    await final(moderator.run("/queue resume"));
    await until("the picture", () => waiting.reply()?.attachments.length === 1);
  });
});

describe("/backends and /stats", () => {
  it("speak from what was rendered here, in pages and pictures that say it in words too", async () => {
    for (const backend of ["bf16", "bf16", "bf16", "torchao-int8"])
      await final(member.run(`/generate images:1 steps:3 prompt:x backend:${backend}`));
    await until(
      "the figures",
      async () => (await system.redis.llen("quantspot:durations:torchao-int8")) === 1,
    );

    const list = await final(member.run("/backends list sort:time"));
    expect(isEphemeral(list)).toBe(true);
    const listed = textOf(list);
    const [first, second] = listed.split("\n").filter((line) => /^\*\*/.test(line));
    expect(`${first}${second}`).toMatch(/`bf16`.*🟢 loaded.*`torchao-int8`|`torchao-int8`.*`bf16`/);
    expect(listed).toMatch(/MiB · [\d.]+ s an image \(.*3 jobs\) · article 36\.2 GiB, 12 s/);
    expect(listed).toContain("256×256, 3 steps");
    const details = await final(member.click(list, "backends-details:bf16"));
    expect(details.content).toMatch(/\[article\].*31\.4 GiB after loading, 36\.2 GiB at the peak, 12 s/);
    const [chart] = details.attachments;
    expect(chart?.description).toMatch(/^Chart: seconds an image of the last \d+ jobs with Original bf16/);
    const next = await final(member.click(list, "Next ▶"));
    expect(textOf(next)).not.toContain("`bf16`");
    expect(textOf(next)).toContain("not measured here yet");

    const guide = await final(member.run("/backends guide"));
    expect(guide.content).toMatch(/Least memory.*\n1\. torchao int8/);
    expect(guide.content.length).toBeLessThan(2000);
    expect((await final(member.run("/backends show backend:nf5"))).content).toContain("no backend `nf5`");

    const stats = await final(member.run("/stats"));
    expect(stats.content).toMatch(/`bf16` [\d.]+ MiB, [\d.]+ s \(3 jobs\) · article 36\.2 GiB, 12 s/);
    const [picture] = stats.attachments;
    expect(picture?.description).toContain("2 backends measured here");
    if (!picture) throw new Error("a chart was expected");
    const { format, width } = await sharp(system.sandbox.attachmentBytes(picture)).metadata();
    expect([format, width]).toEqual(["png", 2480]);
    for (const [name, words] of [
      ["jobs", /\d+ renders, \d+ images/],
      ["waits", /p50 [\d.]+ s · p95/],
      ["occupancy", /busy \d+% of their time online/],
    ] as const) {
      const changed = await final(member.select(stats, "stats-chart:14", [name]));
      expect(changed.content).toMatch(words);
      expect(changed.attachments.map(({ filename }) => filename)).toEqual([`${name}.png`]);
    }
  });
});

describe("autocomplete", () => {
  it("answers while Redis hangs: with the backends of before, and with nothing where each member's differ", async () => {
    await member.autocomplete("/backends show backend:", "backend");
    process.kill(system.redisServer.pid, "SIGSTOP");
    try {
      const choices = await member.autocomplete("/backends show backend:bf16", "backend");
      expect(choices.map(({ value }) => value)).toContain("bf16");
      expect(await member.autocomplete("/queue cancel request:", "request")).toEqual([]);
    } finally {
      process.kill(system.redisServer.pid, "SIGCONT");
    }
  });
});
