/** /preset as moderators and members meet it: the real bot, an announced worker, requests that wait. */
import type { ChildProcess } from "node:child_process";
import { InteractionType } from "discord-api-types/v10";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { announceWorker } from "../support/announced.ts";
import { presence, recipe } from "../support/presence.ts";
import { found } from "../support/quiz.ts";
import { System, until } from "../support/system.ts";
import { told } from "../support/told.ts";

const RECIPES = [
  recipe("bf16", { label: "Original bf16" }),
  recipe("torchao-int8", { family: "torchao", bits: 8 }),
  recipe("bnb-nf4", { family: "bitsandbytes", bits: 4 }),
];

let system: System;
let bot: ChildProcess;
let moderator: SandboxMember;
let other: SandboxMember;
let member: SandboxMember;
let stopAnnouncing: () => void;

beforeAll(async () => {
  system = await System.start({ workers: 0, bot: false });
  stopAnnouncing = await announceWorker(system.redis, presence({ recipes: RECIPES }));
  bot = await system.startBot();
  moderator = system.sandbox.member("moderator");
  other = system.sandbox.member("moderator-2");
  member = system.sandbox.member("member");
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  stopAnnouncing();
  await system.stop();
});

/** What somebody is told at once. */
const say = async (who: SandboxMember, command: string) => (await told(who.run(command))).content;

/** Asks for a picture in a channel, tells what the request is, and takes it out of the queue again. */
async function asked(who: SandboxMember, options: string, channelId = system.sandbox.channelId) {
  const exchange = await who.run(`/generate prompt:"a star" ${options}`, { channelId });
  const stored = await system.redis.hget(`quantspot:request:r${exchange.interactionId}`, "request");
  const reply = exchange.reply();
  if (stored && reply) await who.click(reply, "Cancel");
  return { content: reply?.content ?? "", request: stored === null ? undefined : JSON.parse(stored) };
}

describe("a preset", () => {
  it("is made, used by members, and says what members leave out", async () => {
    expect(
      await say(moderator, "/preset create name:portraits backend:torchao-int8 steps:12 images:2"),
    ).toMatch(/Created the preset \*\*portraits\*\*: `torchao-int8` · 12 steps · 2 images/);
    const { content, request } = await asked(member, "preset:portraits");
    expect(content).toContain("preset **portraits**");
    expect(request.renders[0]).toMatchObject({ recipe: "torchao-int8", steps: 12 });
    expect(request.renders[0].noise).toHaveLength(2);
    const own = await asked(member, "preset:portraits steps:5");
    expect(own.request.renders[0]).toMatchObject({ recipe: "torchao-int8", steps: 5 });
    const names = await member.autocomplete("/generate prompt:x preset:", "preset");
    expect(names.map(({ value }) => value)).toEqual(["fast", "balanced", "original", "portraits"]);
  });

  it("is edited in a form, and two who edit it at once lose nothing silently", async () => {
    await say(moderator, "/preset create name:shared backend:torchao-int8 steps:12");
    const [first, second] = [
      await moderator.run("/preset edit preset:shared"),
      await other.run("/preset edit preset:shared"),
    ];
    const done = await told(
      moderator.submitModal(first, { figures: "steps: 14\nguidance: 2.5", why: "softer" }),
    );
    expect(done.content).toMatch(/Changed the preset .*: `torchao-int8` · 14 steps · guidance 2.5/);
    const late = await told(other.submitModal(second, { figures: "steps: 30", backend: ["bnb-nf4"] }));
    expect(late.content).toMatch(`<@${moderator.id}> has changed the preset **shared**`);
    expect(late.content).toMatch(/Now it is: `torchao-int8` · 14 steps/);
    expect(await say(moderator, "/preset show preset:shared")).toContain("14 steps");
    const again = await other.click(late, "Open the form again");
    expect(JSON.stringify(again.modal)).toContain("steps: 30");
    const kept = await told(other.submitModal(again, { why: "decided on both" }));
    expect(kept.content).toMatch(/Changed the preset .*: `bnb-nf4` · 30 steps/);
    expect(await say(moderator, "/preset history")).toMatch(
      /from `torchao-int8` · 14 steps.*to `bnb-nf4` · 30 steps\n-# decided on both/,
    );
  });

  it("keeps what was typed when a figure can't be used", async () => {
    await say(moderator, "/preset create name:typed backend:bf16");
    const form = await moderator.run("/preset edit preset:typed");
    const refused = await told(moderator.submitModal(form, { figures: "steps: 9999" }));
    expect(refused.content).toMatch(/⚠️ The line `steps: 9999` needs a whole number from 1 to 1000/);
    const again = await moderator.click(refused, "Open the form again");
    expect(JSON.stringify(again.modal)).toContain("steps: 9999");
  });

  it("whose backend nobody offers any more says so and what is used instead", async () => {
    await say(moderator, "/preset create name:gone backend:bnb-nf4");
    stopAnnouncing();
    const without = RECIPES.filter(({ id }) => id !== "bnb-nf4");
    stopAnnouncing = await announceWorker(system.redis, presence({ recipes: without }));
    const typed = "/generate prompt:x backend:bnb-nf4";
    await until("the bot to learn of it", async () => {
      return (await member.autocomplete(typed, "backend")).length === 0;
    });
    const { content, request } = await asked(member, "preset:gone");
    expect(content).toMatch(
      /\*\*gone\*\* wants `bnb-nf4`, which no GPU worker offers now; `torchao-int8` is used/,
    );
    expect(request.renders[0].recipe).toBe("torchao-int8");
  });
});

describe("a default", () => {
  it("holds where a member leaves something out, a channel's before the server's", async () => {
    const { images, general, thread } = system.sandbox.channels;
    await say(moderator, "/preset default preset:portraits");
    await say(moderator, `/preset default preset:original channel:${images}`);
    expect((await asked(member, "", general)).request.renders[0].recipe).toBe("torchao-int8");
    expect((await asked(member, "", images)).request.renders[0].recipe).toBe("bf16");
    expect((await asked(member, "", thread)).request.renders[0].recipe).toBe("bf16");
    expect((await asked(member, "backend:torchao-int8", images)).request.preset).toBeUndefined();
  });

  it("that is locked can't be left by members, in the thread of its channel either, but by moderators", async () => {
    const { images, general, thread } = system.sandbox.channels;
    await say(moderator, `/preset lock locked:True channel:${images} why:"a study"`);
    for (const options of ["backend:torchao-int8", "steps:3", "preset:portraits"])
      for (const channel of [images, thread])
        expect((await asked(member, options, channel)).content).toMatch(
          /have set the preset \*\*original\*\*/,
        );
    const before = await asked(member, "", general);
    expect(before.request.renders[0].recipe).toBe("torchao-int8");
    expect((await asked(moderator, "backend:torchao-int8", images)).request).toBeDefined();
    expect((await asked(member, "seed:7", images)).request).toBeDefined();
    const compared = await told(member.run("/compare prompt:x backend1:bf16 backend2:torchao-int8"));
    expect(compared.content).toMatch(/have set the preset \*\*original\*\*/);
    await say(moderator, `/preset lock locked:False channel:${images}`);
  });

  it("incident: full size of what its locked preset drew before it was changed was another picture", async () => {
    const { images } = system.sandbox.channels;
    const lock = async (steps: number) => {
      await say(moderator, `/preset create name:fixed backend:bf16 steps:${steps}`);
      await say(moderator, `/preset default preset:fixed channel:${images}`);
      await say(moderator, `/preset lock locked:True channel:${images}`);
    };
    await lock(3);
    const { request } = await asked(member, "", images);
    const full = async () => {
      const [message] = system.sandbox.messages(images);
      const data = { custom_id: `full:${request.id}`, component_type: 2 };
      return told(member.raw({ type: InteractionType.MessageComponent, data, message: found(message) }));
    };
    const waiting = await full();
    expect(waiting.content).toMatch(/Waiting/);
    await member.click(waiting, "Cancel");
    await say(moderator, "/preset delete preset:fixed");
    await lock(4);
    expect((await full()).content).toMatch(/has changed since/);
    await say(moderator, "/preset delete preset:fixed");
    await say(moderator, `/preset default preset:original channel:${images}`);
  });

  it("goes with its preset, and both come back with undo", async () => {
    expect(await say(moderator, "/preset delete preset:portraits")).toMatch(
      /was the default in the whole server/,
    );
    expect((await asked(member, "", system.sandbox.channels.general)).request.preset).toBeUndefined();
    await say(other, "/preset undo");
    const back = await asked(member, "", system.sandbox.channels.general);
    expect(back.request.preset).toMatchObject({ name: "portraits" });
  });
});

describe("history", () => {
  it("and undo go on after a restart of the bot", async () => {
    await say(moderator, '/preset create name:late backend:bf16 why:"for the night"');
    await system.kill(bot);
    bot = await system.startBot();
    await until("the bot to listen", () => system.logOf(bot).includes("bot is ready"));
    const page = await told(moderator.run("/preset history"));
    expect(page.content).toMatch(
      new RegExp(`<@${moderator.id}>: created \\*\\*late\\*\\*.*\n-# for the night`),
    );
    const turned = await moderator.click(page, "presets-history:1");
    await until("the page to turn", () => !turned.reply()?.content.includes("for the night"));
    expect(await say(other, "/preset undo")).toMatch(/Undone: created \*\*late\*\*/);
    expect(await say(moderator, "/preset show preset:late")).toMatch(/no preset `late`/);
    expect(await say(other, "/preset undo")).toMatch(/Undone: default in <#\d+>: \*\*original\*\*/);
    await say(moderator, `/preset lock locked:False channel:${system.sandbox.channels.images}`);
  });
});

describe("files", () => {
  it("go out and come in again, in one change that can be undone", async () => {
    const exported = await told(moderator.run("/preset export"));
    const [attachment] = exported.attachments;
    const file = system.sandbox.attachmentBytes(attachment ?? { id: "" });
    const presets = JSON.parse(file.toString());
    presets.presets.second = { backend: "gguf-q4_1", bits: 4.5, limits: { steps: 10 } };
    const changed = Buffer.from(JSON.stringify(presets));
    const done = await told(
      moderator.run("/preset import file:new.json", { files: { "new.json": changed } }),
    );
    expect(done.content).toMatch(/Added: \*\*second\*\*\./);
    expect((await asked(member, "preset:second steps:11")).content).toMatch(/`steps` may be at most 10/);
    await say(moderator, "/preset undo");
    expect(await say(moderator, "/preset show preset:second")).toMatch(/no preset `second`/);
  });

  it("that are something else are refused with what is wrong", async () => {
    const bad: Record<string, [string, RegExp]> = {
      "text.json": ["hello", /it is not JSON/],
      "other.json": ['{"format":"quantspot-presets","version":2,"presets":{}}', /version/],
      "field.json": [
        '{"format":"quantspot-presets","version":1,"presets":{"a":{"backend":"bf16","bits":16,"step":1}}}',
        /presets\.a/,
      ],
      "large.json": [" ".repeat(200_000), /larger than 128 KiB/],
    };
    for (const [name, [text, problem]] of Object.entries(bad)) {
      const refused = await told(
        moderator.run(`/preset import file:${name}`, { files: { [name]: Buffer.from(text) } }),
      );
      expect(refused.content).toMatch(problem);
    }
  });
});

describe("a member", () => {
  it("is refused every action through the raw API, buttons and forms included", async () => {
    const command = system.sandbox.world
      .commandsOf(system.sandbox.guildId)
      .find(({ name }) => name === "preset");
    const before = await system.redis.lrange(`quantspot:presets:${system.sandbox.guildId}:history`, 0, -1);
    const actions = command?.options?.map(({ name }) => name) ?? [];
    expect(actions).toHaveLength(11);
    const options = [
      { name: "preset", type: 3, value: "portraits" },
      { name: "name", type: 3, value: "mine" },
      { name: "backend", type: 3, value: "bf16" },
      { name: "locked", type: 5, value: true },
    ];
    for (const name of actions) {
      const data = { id: command?.id, name: "preset", type: 1, options: [{ name, type: 1, options }] };
      const refused = await told(member.raw({ type: InteractionType.ApplicationCommand, data }));
      expect([name, refused.content]).toEqual([name, expect.stringMatching(/\*\*Manage Server\*\*/)]);
    }
    const form = {
      custom_id: "preset-edit:portraits:1",
      components: [
        { type: 18, id: 1, component: { type: 4, id: 2, custom_id: "figures", value: "steps: 1" } },
      ],
    };
    const message = (await told(moderator.run("/preset list"))) as SandboxMessage;
    for (const data of [
      { custom_id: "presets-history:0", component_type: 2 },
      { custom_id: "presets-list:0", component_type: 2 },
      { custom_id: "preset-form:portraits:1", component_type: 2 },
    ])
      expect(
        (await told(member.raw({ type: InteractionType.MessageComponent, data, message }))).content,
      ).toMatch(/\*\*Manage Server\*\*/);
    expect((await told(member.raw({ type: InteractionType.ModalSubmit, data: form }))).content).toMatch(
      /\*\*Manage Server\*\*/,
    );
    expect(await system.redis.lrange(`quantspot:presets:${system.sandbox.guildId}:history`, 0, -1)).toEqual(
      before,
    );
  });
});
