import { type ChatInputCommandInteraction, type Interaction, MessageFlags, Routes } from "discord.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AdvanceableClock } from "../../../src/sandbox/index.ts";
import { codeOf, picture, type Running, startBot } from "./bot.ts";

type Handler = (interaction: ChatInputCommandInteraction) => Promise<unknown>;

describe("the life of an interaction", () => {
  const clock = new AdvanceableClock();
  let bot: Running;
  let handler: Handler = async () => undefined;
  /** What a command's handler got; it answers when the test tells it to. */
  let received: ChatInputCommandInteraction | undefined;

  let done = false;

  beforeAll(async () => {
    bot = await startBot(
      async (interaction: Interaction) => {
        if (!interaction.isChatInputCommand()) return;
        received = interaction;
        await handler(interaction);
        done = true;
      },
      { clock },
      { rest: { retries: 0 } },
    );
    await bot.client.application.commands.set([{ name: "go", description: "Goes" }], bot.sandbox.guildId);
  });
  afterAll(() => bot.stop());
  beforeEach(() => {
    handler = async () => undefined;
    received = undefined;
    done = false;
  });

  const run = () => bot.sandbox.member("member").run("/go");
  const interaction = async () => {
    await expect.poll(() => received).toBeDefined();
    return received as ChatInputCommandInteraction;
  };
  /** The same once the handler is through: the bot hears of its own answer later than the member does. */
  const answered = async () => {
    await expect.poll(() => done).toBe(true);
    return interaction();
  };

  test("three seconds to acknowledge, then it is unknown and the client says so", async () => {
    const running = run();
    const pending = await interaction();
    clock.advance(3_001);
    const exchange = await running;
    expect(exchange.failure).toBe("The application did not respond");
    expect(await codeOf(pending.reply("late"))).toBe(10062);
    expect(
      await codeOf(
        bot.client.rest.patch(Routes.webhookMessage(pending.applicationId, pending.token), {
          body: { content: "x" },
          auth: false,
        }),
      ),
    ).toBe(10015);
  });

  test("one acknowledgement only", async () => {
    handler = (pending) => pending.reply("first");
    const exchange = await run();
    const { id, token } = exchange.record;
    const second = bot.client.rest.post(Routes.interactionCallback(id, token), {
      body: { type: 4, data: { content: "second" } },
      auth: false,
    });
    expect(await codeOf(second)).toBe(40060);
  });

  test("of two acknowledgements at once one wins", async () => {
    const running = run();
    const pending = await interaction();
    const answer = (content: string) =>
      bot.client.rest.post(Routes.interactionCallback(pending.id, pending.token), {
        body: { type: 4, data: { content } },
        auth: false,
      });
    const codes = await Promise.all([codeOf(answer("a")), codeOf(answer("b"))]);
    expect(codes.sort()).toEqual([40060, "accepted"]);
    expect((await running).messages()).toHaveLength(1);
  });

  test("a token lives fifteen minutes; after it the message is edited as the bot's own", async () => {
    handler = (pending) => pending.reply("shown");
    const exchange = await run();
    const pending = await answered();
    clock.advance(14 * 60_000);
    expect(await codeOf(pending.editReply("still"))).toBe("accepted");
    clock.advance(60_001);
    expect(await codeOf(pending.editReply("too late"))).toBe(50027);
    expect(await codeOf(pending.followUp("too late"))).toBe(50027);
    const shown = exchange.reply();
    const route = Routes.channelMessage(bot.sandbox.channelId, shown?.id ?? "");
    expect(await codeOf(bot.client.rest.patch(route, { body: { content: "by id" } }))).toBe("accepted");
    expect(exchange.reply()?.content).toBe("by id");
  });

  test("a token can expire early, and a message by id then continues the answer", async () => {
    handler = (pending) => pending.deferReply();
    const exchange = await run();
    bot.sandbox.faults.expireToken(exchange.interactionId);
    expect(await codeOf((await answered()).editReply("x"))).toBe(50027);
    const final = exchange.final(1_000);
    await bot.client.rest.post(Routes.channelMessages(bot.sandbox.channelId), {
      body: { content: `<@${exchange.userId}> here it is`, allowed_mentions: { parse: [] } },
    });
    expect((await final).content).toContain("here it is");
  });

  test("a deferred ephemeral answer stays ephemeral, and can't be reached by its id", async () => {
    handler = (pending) => pending.deferReply({ flags: MessageFlags.Ephemeral });
    const exchange = await run();
    const pending = await answered();
    await pending.editReply("private");
    const reply = exchange.reply();
    expect((reply?.flags ?? 0) & MessageFlags.Ephemeral).toBeTruthy();
    expect(bot.sandbox.messages().map((message) => message.id)).not.toContain(reply?.id);
    const route = Routes.channelMessage(bot.sandbox.channelId, reply?.id ?? "");
    expect(await codeOf(bot.client.rest.get(route))).toBe(10008);
  });

  test("right after a deferral a followup fills in the deferred message", async () => {
    handler = (pending) => pending.deferReply();
    const exchange = await run();
    await (await answered()).followUp("filled in");
    expect(exchange.messages().map((message) => message.content)).toEqual(["filled in"]);
    expect(exchange.reply()?.edited_timestamp).toBeNull();
  });

  test("@original can be fetched and deleted", async () => {
    handler = (pending) => pending.reply("one");
    const exchange = await run();
    const pending = await answered();
    expect((await pending.fetchReply()).content).toBe("one");
    await pending.deleteReply();
    expect(exchange.reply()).toBeUndefined();
    expect(await codeOf(pending.fetchReply())).toBe(10008);
  });

  test("edits keep, add and remove files as the attachments field says", async () => {
    handler = async (pending) =>
      pending.reply({ content: "x", files: [{ attachment: await picture(), name: "a b.png" }] });
    const exchange = await run();
    const pending = await answered();
    const [first] = exchange.reply()?.attachments ?? [];
    expect(first?.filename).toBe("a_b.png");
    // By hand, since discord.js always sends the field.
    await bot.client.rest.patch(Routes.webhookMessage(pending.applicationId, pending.token), {
      body: {},
      files: [{ name: "b.png", data: await picture(32, 32) }],
      auth: false,
    });
    expect(exchange.reply()?.attachments.map((file) => file.filename)).toEqual(["a_b.png", "b.png"]);
    await pending.editReply({ attachments: [{ id: first?.id ?? "" } as never] });
    expect(exchange.reply()?.attachments.map((file) => file.id)).toEqual([first?.id]);
    await pending.editReply({ attachments: [] });
    expect(exchange.reply()?.attachments).toEqual([]);
    expect(() => bot.sandbox.attachmentBytes(first ?? { id: "" })).toThrow("not there");
  });

  test("the payload says who, where, and what may be done", async () => {
    handler = (pending) => pending.reply("ok");
    const { record } = await run();
    expect(record.payload).toMatchObject({
      version: 1,
      application_id: bot.sandbox.applicationId,
      guild_id: bot.sandbox.guildId,
      channel_id: bot.sandbox.channelId,
      channel: { id: bot.sandbox.channelId, type: 0, name: "images" },
      guild: { id: bot.sandbox.guildId, features: [], locale: "en-US" },
      member: { user: { username: "member" }, permissions: expect.stringMatching(/^\d+$/) },
      locale: "en-US",
      guild_locale: "en-US",
      context: 0,
      entitlements: [],
      authorizing_integration_owners: { 0: bot.sandbox.guildId },
      attachment_size_limit: 10 * 1024 * 1024,
    });
    const withoutAttach = await bot.sandbox
      .member("member")
      .run("/go", { channelId: bot.sandbox.channels.withoutAttach });
    const attach = 1n << 15n;
    expect(BigInt(withoutAttach.record.payload.app_permissions) & attach).toBe(0n);
    expect(BigInt(record.payload.app_permissions) & attach).toBe(attach);
  });

  test("handlers can be attacked with what no client would send", async () => {
    handler = (pending) => pending.reply(`raw ${pending.commandName}`);
    const exchange = await bot.sandbox
      .member("member")
      .raw({ type: 2, data: { id: "1", name: "never registered", type: 1 } });
    expect(exchange.reply()?.content).toBe("raw never registered");
  });
});
