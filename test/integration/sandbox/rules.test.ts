import { type RESTPostAPIChannelMessageJSONBody, Routes } from "discord.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, picture, type Running, startBot } from "./bot.ts";

type Body = Record<string, unknown>;

const row = (...components: Body[]) => ({ type: 1, components });
const button = (more: Body = {}) => ({ type: 2, style: 1, label: "Go", custom_id: "go", ...more });
const menu = (more: Body = {}) => ({
  type: 3,
  custom_id: "menu",
  options: [{ label: "A", value: "a" }],
  ...more,
});
const text = (content = "hello") => ({ type: 10, content });
const V2 = 1 << 15;

describe("what Discord refuses", () => {
  let bot: Running;
  beforeAll(async () => {
    bot = await startBot(async () => undefined, { attachmentSizeLimit: 100_000 }, { rest: { retries: 0 } });
  });
  afterAll(() => bot.stop());

  const send = (
    body: Body,
    channelId = bot.sandbox.channels.general,
    files?: { name: string; data: Buffer }[],
  ) => codeOf(bot.client.rest.post(Routes.channelMessages(channelId), { body, ...(files ? { files } : {}) }));

  /** Refusals are not counted by discord.js's own queue, so a bucket of five is soon full: each gets a fresh channel. */
  const accepted = "accepted";

  const INVALID: [what: string, body: Body, field: string][] = [
    ["2001 characters", { content: "x".repeat(2001) }, "content"],
    ["eleven embeds", { embeds: Array.from({ length: 11 }, () => ({ title: "x" })) }, "embeds"],
    [
      "embeds of 6001 characters",
      { embeds: [{ description: "x".repeat(4000) }, { description: "x".repeat(2001) }] },
      "embeds",
    ],
    ["an embed's title of 257", { embeds: [{ title: "x".repeat(257) }] }, "embeds.0.title"],
    ["an empty embed", { embeds: [{}] }, "embeds.0.description"],
    [
      "six rows",
      { components: Array.from({ length: 6 }, (_, n) => row(button({ custom_id: `${n}` }))) },
      "components",
    ],
    [
      "six buttons in a row",
      { components: [row(...Array.from({ length: 6 }, (_, n) => button({ custom_id: `${n}` })))] },
      "components.0.components",
    ],
    ["a button beside a menu", { components: [row(button(), menu())] }, "components.0.components"],
    ["one custom id twice", { components: [row(button(), button())] }, "components.0.components.1.custom_id"],
    [
      "a custom id of 101",
      { components: [row(button({ custom_id: "x".repeat(101) }))] },
      "components.0.components.0.custom_id",
    ],
    [
      "a button without label",
      { components: [row({ type: 2, style: 1, custom_id: "x" })] },
      "components.0.components.0.label",
    ],
    [
      "a link with a custom id",
      { components: [row(button({ style: 5, url: "https://example.org" }))] },
      "components.0.components.0.custom_id",
    ],
    [
      "26 options",
      {
        components: [
          row(menu({ options: Array.from({ length: 26 }, (_, n) => ({ label: `${n}`, value: `${n}` })) })),
        ],
      },
      "components.0.components.0.options",
    ],
    [
      "an option's value twice",
      {
        components: [
          row(
            menu({
              options: [
                { label: "A", value: "a" },
                { label: "B", value: "a" },
              ],
            }),
          ),
        ],
      },
      "components.0.components.0.options.1.value",
    ],
    [
      "more choices than options",
      { components: [row(menu({ max_values: 2 }))] },
      "components.0.components.0.max_values",
    ],
    ["Components V2 without the flag", { components: [text()] }, "components.0.type"],
    ["content with Components V2", { flags: V2, content: "x", components: [text()] }, "content"],
    ["embeds with Components V2", { flags: V2, embeds: [{ title: "x" }], components: [text()] }, "embeds"],
    [
      "4001 characters of text displays",
      { flags: V2, components: [text("x".repeat(2500)), text("x".repeat(1501))] },
      "components",
    ],
    [
      "41 components",
      {
        flags: V2,
        components: Array.from({ length: 14 }, (_, n) =>
          row(button({ custom_id: `${n}a` }), button({ custom_id: `${n}b` })),
        ),
      },
      "components",
    ],
    [
      "a picture that is not there",
      { flags: V2, components: [{ type: 12, items: [{ media: { url: "attachment://no.png" } }] }] },
      "components.0.items.0.media.url",
    ],
    ["a nonce of 26", { content: "x", nonce: "x".repeat(26) }, "nonce"],
    [
      "all users and some users",
      { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } },
      "allowed_mentions",
    ],
    [
      "an attachment that was not sent",
      { content: "x", attachments: [{ id: "0", filename: "a.png" }] },
      "attachments.0.id",
    ],
    ["a reply to nothing", { content: "x", message_reference: { message_id: "1" } }, "message_reference"],
  ];

  test.each(INVALID)("%s", async (_, body, field) => {
    const before = bot.sandbox.violations.length;
    // A channel of its own for each: five messages in five seconds are all that one takes.
    const channel = await bot.client.rest.post(Routes.threads(bot.sandbox.channels.general), {
      body: { name: "rules", type: 11 },
    });
    expect(await send(body, (channel as { id: string }).id)).toBe(50035);
    const [violation] = bot.sandbox.violations.slice(before);
    expect(violation).toMatchObject({ code: 50035, route: "/channels/:channel_id/messages" });
    expect(violation?.fields.map((entry) => entry.path)).toContain(field);
  });

  test("nothing at all", async () => {
    expect(await send({ content: "  " }, bot.sandbox.channels.ageRestricted)).toBe(50006);
  });

  test("files that are too large, or too many", async () => {
    const channel = bot.sandbox.channels.ageRestricted;
    expect(await send({}, channel, [{ name: "large.bin", data: Buffer.alloc(100_001) }])).toBe(40005);
    const eleven = Array.from({ length: 11 }, (_, n) => ({ name: `${n}.bin`, data: Buffer.alloc(1) }));
    expect(await send({}, channel, eleven)).toBe(50035);
  });

  test("what a channel does not permit", async () => {
    const { withoutAttach, thread, general } = bot.sandbox.channels;
    expect(await send({}, withoutAttach, [{ name: "a.png", data: await picture() }])).toBe(50013);
    expect(await send({ content: "words are fine" }, withoutAttach)).toBe(accepted);
    bot.sandbox.faults.denyPermission(bot.sandbox.channelId, "SendMessagesInThreads");
    expect(await send({ content: "x" }, thread)).toBe(50013);
    bot.sandbox.faults.denyPermission(general, "ViewChannel");
    expect(await send({ content: "x" }, general)).toBe(50001);
    bot.sandbox.faults.allowPermission(general, "ViewChannel");
  });

  test("other people's messages", async () => {
    const message = await bot.sandbox.member("member").say("mine");
    const route = Routes.channelMessage(message.channel_id, message.id);
    expect(await codeOf(bot.client.rest.patch(route, { body: { content: "x" } }))).toBe(50005);
    expect(await codeOf(bot.client.rest.delete(route))).toBe(50013);
  });

  test("what is not there", async () => {
    expect(await codeOf(bot.client.rest.get(Routes.channel("1")))).toBe(10003);
    expect(await codeOf(bot.client.rest.get(Routes.channelMessage(bot.sandbox.channelId, "1")))).toBe(10008);
    expect(await codeOf(bot.client.rest.get("/no/such/route"))).toBe(0);
  });

  test("a wrong token, no version, no user agent", async () => {
    const ask = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${bot.sandbox.apiUrl}${path}`, { headers })).status;
    const agent = { "user-agent": "DiscordBot (https://example.org, 1.0)" };
    const own = { authorization: `Bot ${bot.sandbox.token}` };
    expect(await ask("/v10/users/@me", { ...agent, ...own })).toBe(200);
    expect(await ask("/v10/users/@me", { ...agent, authorization: "Bot wrong" })).toBe(401);
    expect(await ask("/v10/users/@me", { ...own, "user-agent": "curl/8" })).toBe(403);
    expect(await ask("/v9/users/@me", { ...agent, ...own })).toBe(400);
  });

  test("direct messages to who wants none", async () => {
    const { id } = bot.sandbox.member("shy");
    const channel = (await bot.client.rest.post(Routes.userChannels(), { body: { recipient_id: id } })) as {
      id: string;
    };
    expect(await send({ content: "hello" }, channel.id)).toBe(accepted);
    expect(bot.sandbox.pings.filter((ping) => ping.userId === id).map((ping) => ping.reason)).toEqual([
      "direct message",
    ]);
    bot.sandbox.member("shy").closeDirectMessages();
    expect(await send({ content: "hello?" }, channel.id)).toBe(50007);
  });

  test("a channel's messages are listed newest first, by pages", async () => {
    const channel = (await bot.client.rest.post(Routes.threads(bot.sandbox.channels.general), {
      body: { name: "list", type: 11 },
    })) as { id: string };
    for (const content of ["1", "2", "3", "4"]) await send({ content }, channel.id);
    const list = async (query: string) =>
      (await bot.client.rest.get(Routes.channelMessages(channel.id), {
        query: new URLSearchParams(query),
      })) as {
        id: string;
        content: string;
      }[];
    const ids = (await list("")).map((message) => message.id);
    const contents = async (query: string) => (await list(query)).map((message) => message.content);
    expect(await contents("limit=2")).toEqual(["4", "3"]);
    expect(await contents(`before=${ids[1]}&limit=1`)).toEqual(["2"]);
    expect(await contents(`after=${ids[3]}&limit=2`)).toEqual(["3", "2"]);
    expect(await contents(`around=${ids[2]}&limit=3`)).toEqual(["3", "2", "1"]);
    expect(await codeOf(list("limit=101"))).toBe(50035);
  });

  test("an enforced nonce makes one message of two requests", async () => {
    const body: RESTPostAPIChannelMessageJSONBody = {
      content: "once",
      nonce: "request-1",
      enforce_nonce: true,
    };
    const route = Routes.channelMessages(bot.sandbox.channels.thread);
    bot.sandbox.faults.allowPermission(bot.sandbox.channelId, "SendMessagesInThreads");
    const ids = await Promise.all([1, 2].map(() => bot.client.rest.post(route, { body })));
    expect(new Set(ids.map((message) => (message as { id: string }).id)).size).toBe(1);
  });

  test("pings only whom allowed_mentions names", async () => {
    const { id } = bot.sandbox.member("member");
    const pinged = async (allowed: Body | undefined) => {
      const before = bot.sandbox.pings.length;
      const channel = (await bot.client.rest.post(Routes.threads(bot.sandbox.channels.general), {
        body: { name: "pings", type: 11 },
      })) as { id: string };
      await send(
        { content: `<@${id}> @everyone`, ...(allowed ? { allowed_mentions: allowed } : {}) },
        channel.id,
      );
      return bot.sandbox.pings.slice(before).map((ping) => ping.userId);
    };
    expect(await pinged({ parse: [] })).toEqual([]);
    expect(await pinged({ users: [id] })).toEqual([id]);
    expect(await pinged(undefined)).toEqual([id]);
  });
});

describe("command definitions", () => {
  let bot: Running;
  beforeAll(async () => {
    bot = await startBot(async () => undefined, {}, { rest: { retries: 0 } });
  });
  afterAll(() => bot.stop());

  const option = (more: Body = {}) => ({ type: 3, name: "a", description: "x", ...more });
  const command = (more: Body = {}) => ({ name: "fine", description: "x", ...more });
  const set = (commands: Body[]) =>
    codeOf(bot.client.rest.put(Routes.applicationCommands(bot.sandbox.applicationId), { body: commands }));

  const INVALID: [what: string, commands: Body[]][] = [
    ["capitals", [command({ name: "Fine" })]],
    ["spaces", [command({ name: "not fine" })]],
    ["no description", [{ name: "fine" }]],
    ["a description on a message's command", [command({ type: 3 })]],
    [
      "a required option after an optional one",
      [command({ options: [option(), option({ name: "b", required: true })] })],
    ],
    ["one option twice", [command({ options: [option(), option()] })]],
    ["26 options", [command({ options: Array.from({ length: 26 }, (_, n) => option({ name: `o${n}` })) })]],
    [
      "26 choices",
      [
        command({
          options: [
            option({ choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) }),
          ],
        }),
      ],
    ],
    [
      "choices and autocomplete",
      [command({ options: [option({ autocomplete: true, choices: [{ name: "a", value: "a" }] })] })],
    ],
    ["a number among the words", [command({ options: [option({ choices: [{ name: "a", value: 1 }] })] })]],
    [
      "subcommands beside options",
      [command({ options: [option(), { type: 1, name: "sub", description: "x" }] })],
    ],
    ["the same name twice", [command(), command()]],
    ["sixteen message commands", Array.from({ length: 16 }, (_, n) => ({ type: 3, name: `m${n}` }))],
    [
      "texts of 8001",
      [
        command({
          options: Array.from({ length: 25 }, (_, n) =>
            option({
              name: `o${n}`,
              choices: Array.from({ length: 5 }, (_, m) => ({ name: "n".repeat(90), value: `${m}` })),
            }),
          ),
        }),
      ],
    ],
  ];

  test.each(INVALID)("%s", async (_, commands) => {
    expect(await set(commands)).toBe(50035);
  });

  test("global and one server's are kept apart, and ids stay", async () => {
    const { guildId, applicationId } = bot.sandbox;
    const put = (route: `/${string}`) =>
      bot.client.rest.put(route, { body: [command({ default_member_permissions: "32" })] }) as Promise<
        { id: string; default_member_permissions: string }[]
      >;
    const first = await put(Routes.applicationCommands(applicationId));
    const [again] = await put(Routes.applicationCommands(applicationId));
    expect(again).toMatchObject({ id: first[0]?.id, default_member_permissions: "32" });
    expect(await bot.client.rest.get(Routes.applicationGuildCommands(applicationId, guildId))).toEqual([]);
  });
});
