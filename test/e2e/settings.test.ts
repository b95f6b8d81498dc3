/** /settings and limits as people meet them: the real bot, an announced worker, requests that wait. */
import { InteractionType } from "discord-api-types/v10";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { directMessages } from "../../src/sandbox/rest/users.ts";
import { leave } from "../../src/store/presence.ts";
import { Rates } from "../../src/store/rates.ts";
import { announceWorker } from "../support/announced.ts";
import { presence } from "../support/presence.ts";
import { System, until } from "../support/system.ts";
import { told } from "../support/told.ts";

let system: System;
let moderator: SandboxMember;
let member: SandboxMember;
let stopAnnouncing: () => void;
let newcomers = 0;

beforeAll(async () => {
  system = await System.start({ workers: 0, bot: false });
  stopAnnouncing = await announceWorker(system.redis);
  await system.startBot();
  moderator = system.sandbox.member("moderator");
});
beforeEach(() => {
  newcomers += 1;
  member = system.sandbox.member(`member-${newcomers}`);
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  stopAnnouncing();
  await system.stop();
});

const say = async (who: SandboxMember, command: string) => (await told(who.run(command))).content;
const ask = async (who: SandboxMember, options = "", channelId = system.sandbox.channelId) =>
  (await told(who.run(`/generate ${options || "prompt:x"}`, { channelId }))).content;
const QUEUED = /^⏳ \*\*Waiting\*\*/;

describe("a rule", () => {
  it("on channels holds for their threads too, and says where to go", async () => {
    const { images, general, thread } = system.sandbox.channels;
    // Incident: "Choose at least one option to set", though one was.
    expect(await say(moderator, "/settings channels action:allow")).toMatch(/Choose the channel too/);
    await say(moderator, `/settings channels action:allow channel:${images}`);
    expect(await ask(member, "", general)).toMatch(`⚠️ Images can only be made in <#${images}>`);
    expect(await ask(member, "", images)).toMatch(QUEUED);
    expect(await ask(member, "", thread)).toMatch(QUEUED);
    await say(moderator, "/settings channels action:everywhere");
    expect(await ask(member, "", general)).toMatch(QUEUED);
  });

  it("on age-restricted channels keeps pictures in them", async () => {
    await say(moderator, "/settings age-restricted only:True");
    expect(await ask(member)).toMatch(/only be made in age-restricted channels/);
    expect(await ask(member, "", system.sandbox.channels.ageRestricted)).toMatch(QUEUED);
    await say(moderator, "/settings undo");
    expect(await ask(member)).toMatch(QUEUED);
  });

  it("on words holds for every way to a picture: commands, buttons, forms", async () => {
    const before = await told(member.run('/generate prompt:"a b0mb"'));
    expect(before.content).toMatch(QUEUED);
    expect(await say(moderator, "/settings block word:bomb")).toMatch(/are refused from now on/);
    await say(moderator, '/settings block word:"/sta+r/"');
    expect(await ask(member, 'prompt:"a bоmb"')).toMatch(/contains `bomb`/);
    expect(await ask(member, 'prompt:"a staar"')).toMatch(/contains something that this server blocks/);
    expect(await say(member, '/compare prompt:"b o m b" backend1:bf16 backend2:torchao-int8')).toMatch(
      /`bomb`/,
    );
    const again = {
      custom_id: before.components?.length ? requestId(before, "again") : "",
      component_type: 2,
    };
    const clicked = await told(
      member.raw({ type: InteractionType.MessageComponent, data: again, message: before }),
    );
    expect(clicked.content).toMatch(/`bomb`/);
    expect(await say(moderator, '/settings unblock blocked:"bomb"')).toMatch(/no longer blocked/);
    expect(await ask(member, "prompt:bomb")).toMatch(QUEUED);
    await say(moderator, '/settings unblock blocked:"/sta+r/"');
    expect(await say(moderator, '/settings block word:"/(?=x)/"')).toMatch(/expression can't be used/);
  });

  it("on steps, sizes and private results is checked, and defaults stay within it", async () => {
    await say(moderator, "/settings maximum steps:8");
    await say(moderator, "/settings private allowed:False");
    expect(await ask(member, "prompt:x steps:9")).toMatch(/`steps` must be from 1 to 8 here/);
    expect(await ask(member, "prompt:x private:True")).toMatch(/Private results are switched off/);
    const exchange = await member.run("/generate prompt:x");
    const stored = await system.redis.hget(`quantspot:request:r${exchange.interactionId}`, "request");
    expect(JSON.parse(stored ?? "").renders[0].steps).toBe(8);
    await say(moderator, "/settings maximum size:320x192");
    expect(await ask(member, "prompt:x size:256x256")).toMatch(/can't be drawn here/);
    await say(moderator, "/settings maximum reset:True");
    await say(moderator, "/settings private allowed:True");
  });
});

describe("limits", () => {
  it("of a minute let exactly as many of 200 at once through, and say when the next may come", async () => {
    await say(moderator, "/settings limit per_minute:7");
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(member)));
    expect(answers.filter((answer) => QUEUED.test(answer))).toHaveLength(7);
    const refused = answers.filter((answer) => /made the 7 requests .* again <t:\d+:R>/.test(answer));
    expect(refused).toHaveLength(193);
    // Incident: "Requests this minute: 3 of 2", since what was refused was counted too.
    expect(await say(member, "/me usage")).toMatch(/Requests this minute: 7 of 7/);
    expect(await ask(system.sandbox.member("patient"))).toMatch(QUEUED);
    await say(moderator, "/settings limit reset:True");
  });

  it("of what waits at once are a member's own, and wider for a role", async () => {
    const role = system.sandbox.world
      .guild(system.sandbox.guildId)
      .roles.find(({ name }) => name === "Moderators");
    await say(moderator, "/settings limit waiting:2");
    await say(moderator, `/settings limit waiting:3 role:${role?.id}`);
    const patron = system.sandbox.member(`moderator-${newcomers}`);
    for (const [who, most] of [
      [member, 2],
      [patron, 3],
    ] as const) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask(who)));
      expect(answers.filter((answer) => QUEUED.test(answer))).toHaveLength(most);
    }
    expect(await say(moderator, "/settings show")).toContain(`<@&${role?.id}>: 3 waiting at once`);
    await say(moderator, "/settings limit reset:True");
    await say(moderator, `/settings limit reset:True role:${role?.id}`);
  });

  // In direct messages Discord tells no roles and no channel of the server: both kinds of rules were passed by.
  it("hold for buttons under a result that came as a direct message", async () => {
    const { world, guildId, channels } = system.sandbox;
    const asked = await told(member.run("/generate prompt:x", { channelId: channels.general }));
    const direct = directMessages(world, member.id);
    const press = (message: SandboxMessage) =>
      told(
        member.raw({
          type: InteractionType.MessageComponent,
          data: { custom_id: requestId(message, "again"), component_type: 2 },
          message: { ...message, channel_id: direct.id },
          channelId: direct.id,
        }),
      );
    const guild = world.guild(guildId);
    const role = guild.roles.find(({ name }) => name === "Moderators")?.id ?? "";
    const profile = guild.members.get(member.id);
    if (!profile) throw new Error("the member has joined by asking");
    profile.roles.push(role);
    await say(moderator, `/settings limit per_minute:1 role:${role}`);
    const second = await press(asked);
    expect(second.content).toMatch(QUEUED);
    const again = async () => (await press(second)).content;
    expect(await again()).toMatch(/made the one request/);
    await say(moderator, `/settings limit reset:True role:${role}`);

    await say(moderator, `/settings channels action:allow channel:${channels.images}`);
    expect(await again()).toMatch(`⚠️ Images can only be made in <#${channels.images}>`);
    await say(moderator, `/settings channels action:allow channel:${channels.general}`);
    expect(await again()).toMatch(QUEUED);
    await say(moderator, "/settings channels action:everywhere");

    guild.members.delete(member.id);
    expect(await again()).toMatch(/You have left the server/);
  });

  it("of GPU seconds count what was measured, and say when they begin anew", async () => {
    await say(moderator, "/settings limit gpu_seconds:30");
    const rates = new Rates(system.redis);
    const whose = { guildId: system.sandbox.guildId, userId: member.id };
    await rates.spendEngine(whose, 29.5);
    expect(await ask(member)).toMatch(QUEUED);
    await rates.spendEngine(whose, 0.5);
    expect(await ask(member)).toMatch(/used the 30 GPU seconds .* again <t:\d+:R>/);
    await say(moderator, "/settings limit reset:True");
  });
});

describe("settings", () => {
  it("lose nothing when two moderators set them at once, and tell who set what", async () => {
    const others = ["moderator-a", "moderator-b"].map((name) => system.sandbox.member(name));
    const words = Array.from({ length: 20 }, (_, i) => `word${i}`);
    await Promise.all(
      words.map((word, i) => say(others[i % 2] ?? moderator, `/settings block word:${word}`)),
    );
    expect(await say(moderator, "/settings show")).toMatch(/patterns: 20/);
    const first = await told(moderator.run("/settings blocked"));
    const turned = await moderator.click(first, "settings-blocked:1");
    await until("the page to turn", () => turned.reply()?.content !== first.content);
    const listed = first.content + turned.reply()?.content;
    for (const word of words) expect(listed).toContain(`\`${word}\``);
    const history = await say(moderator, "/settings history");
    expect(history).toMatch(new RegExp(`<@${others[0]?.id}>: blocked \\|\\|\`word\\d+\``));
  });

  it("give everybody the server's language, and each member's own where there is none", async () => {
    const german = system.sandbox.member("german");
    german.locale = "de";
    expect(await ask(german)).toMatch(/^⏳ \*\*Wartet\*\*/);
    expect(await say(moderator, "/settings language language:en")).toMatch(/everybody sees: English/);
    expect(await ask(german)).toMatch(QUEUED);
    expect(await ask(german, "prompt:x private:True")).toMatch(/^⏳ \*\*Wartet\*\*/);
    expect(await ask(german, "prompt:x backend:nf5")).toMatch(/^⚠️ Ein Backend `nf5` gibt es hier nicht/);
    expect(await say(moderator, "/settings language language:Deutsch")).toMatch(/everybody sees: Deutsch/);
    expect(await ask(member)).toMatch(/^⏳ \*\*Wartet\*\*/);
    expect(await say(moderator, "/settings language language:member")).toMatch(/that of the member who asks/);
    const offered = await german.autocomplete("/generate prompt:x backend:", "backend");
    expect(offered[0]?.name).toMatch(/16 Bit · (geladen|bei Bedarf)$/);
  });

  it("are refused to a member through the raw API, each of them", async () => {
    const command = system.sandbox.world
      .commandsOf(system.sandbox.guildId)
      .find(({ name }) => name === "settings");
    const before = await system.redis.llen(`quantspot:settings:${system.sandbox.guildId}:history`);
    const actions = command?.options?.map(({ name }) => name) ?? [];
    expect(actions).toHaveLength(13);
    for (const name of actions) {
      const options = [
        { name: "action", type: 3, value: "everywhere" },
        { name: "word", type: 3, value: "x" },
        { name: "blocked", type: 3, value: "word1" },
        { name: "only", type: 5, value: true },
        { name: "allowed", type: 5, value: false },
        { name: "language", type: 3, value: "en" },
        { name: "reset", type: 5, value: true },
      ];
      const data = { id: command?.id, name: "settings", type: 1, options: [{ name, type: 1, options }] };
      const refused = await told(member.raw({ type: InteractionType.ApplicationCommand, data }));
      expect([name, refused.content]).toEqual([name, expect.stringMatching(/\*\*Manage Server\*\*/)]);
    }
    const turn = { custom_id: "settings-history:0", component_type: 2 };
    const message = await told(moderator.run("/settings show"));
    expect(
      (await told(member.raw({ type: InteractionType.MessageComponent, data: turn, message }))).content,
    ).toMatch(/\*\*Manage Server\*\*/);
    expect(await system.redis.llen(`quantspot:settings:${system.sandbox.guildId}:history`)).toBe(before);
  });
});

/** A button's custom id for the request of a message, also one that the message does not show. */
function requestId(message: SandboxMessage, action: string): string {
  return `${action}:${/"cancel:(r\d+)"/.exec(JSON.stringify(message.components))?.[1]}`;
}

// Incident: "The model can't draw that size. Choose one of ."
it("a size is not refused as unknown while no worker is there to say which there are", async () => {
  stopAnnouncing();
  await leave(system.redis, presence().id);
  await until("the worker to be missed", async () =>
    /No GPU worker is online/.test(await say(moderator, "/settings maximum size:320x192")),
  );
});
