import { once } from "node:events";
import { Events, GatewayIntentBits, Routes } from "discord.js";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { logIn } from "./bot.ts";

const COMMAND = [{ name: "go", description: "Goes" }];

describe("the gateway", () => {
  const open: { destroy(): unknown }[] = [];
  let sandbox: Sandbox;
  afterEach(async () => {
    for (const client of open.splice(0)) await client.destroy();
    await sandbox.close();
  });

  /** A session by hand, to send what no library would. */
  async function connect(query = "?v=10&encoding=json") {
    const socket = new WebSocket(`${sandbox.url.replace("http", "ws")}/gateway${query}`);
    const closed = once(socket, "close").then(([code]) => code as number);
    const next = async () =>
      JSON.parse(String((await once(socket, "message"))[0])) as { op: number; t: string; d: unknown };
    return {
      socket,
      closed,
      next,
      send: (payload: unknown) =>
        socket.send(typeof payload === "string" ? payload : JSON.stringify(payload)),
    };
  }
  const identify = (more: Record<string, unknown> = {}) => ({
    op: 2,
    d: { token: sandbox.token, intents: 1, properties: {}, ...more },
  });

  test("a dropped connection resumes and catches up what it missed", async () => {
    sandbox = await startSandbox();
    let answered = 0;
    const client = await logIn(sandbox, async (interaction) => {
      answered += 1;
      if (interaction.isRepliable()) await interaction.reply("caught up");
    });
    open.push(client);
    await client.application.commands.set(COMMAND, sandbox.guildId);
    const resumed = once(client, Events.ShardResume);
    sandbox.faults.dropGateway();
    // While nobody is connected.
    const exchange = sandbox.member("member").run("/go");
    await resumed;
    expect((await exchange).reply()?.content).toBe("caught up");
    expect(answered).toBe(1);
  }, 10_000);

  test("without its session a bot identifies anew", async () => {
    sandbox = await startSandbox();
    const client = await logIn(sandbox);
    open.push(client);
    const ready = once(client, Events.ShardReady);
    sandbox.faults.dropGateway({ invalidateSession: true });
    await ready;
    expect(sandbox.isBotOnline).toBe(true);
  }, 15_000);

  test("two shards hear of different servers", async () => {
    sandbox = await startSandbox({ guilds: 4, shards: 2, maxConcurrency: 2 });
    const heard: number[] = [];
    const client = await logIn(
      sandbox,
      async (interaction) => {
        heard.push(interaction.guild?.shardId ?? -1);
        if (interaction.isRepliable()) await interaction.reply("x");
      },
      { shards: "auto" },
    );
    open.push(client);
    expect(client.ws.shards.size).toBe(2);
    expect(client.guilds.cache.size).toBe(4);
    await client.application.commands.set(COMMAND);
    for (const guild of sandbox.guilds) await sandbox.member("member", guild.id).run("/go");
    expect(heard.sort()).toEqual([0, 0, 1, 1]);
  }, 10_000);

  test("two bots with one token both hear of an interaction, and one may answer", async () => {
    sandbox = await startSandbox();
    const codes: unknown[] = [];
    for (const name of ["a", "b"]) {
      const client = await logIn(sandbox, async (interaction) => {
        if (interaction.isRepliable())
          await interaction.reply(name).then(
            () => codes.push("answered"),
            (error) => codes.push(error.code),
          );
      });
      open.push(client);
      await client.application.commands.set(COMMAND, sandbox.guildId);
    }
    const exchange = await sandbox.member("member").run("/go");
    await expect.poll(() => codes.length).toBe(2);
    expect(codes.sort()).toEqual([40060, "answered"]);
    expect(exchange.messages()).toHaveLength(1);
  });

  test("messages are told to whom asked for them, without what the content intent covers", async () => {
    sandbox = await startSandbox();
    const client = await logIn(sandbox, undefined, {
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
    });
    open.push(client);
    const heard = once(client, Events.MessageCreate);
    await sandbox.member("member").say("secret words");
    expect((await heard)[0]).toMatchObject({ content: "", author: { username: "member" } });
  });

  test.each([
    ["a wrong token", () => identify({ token: "wrong" }), 4004],
    ["a shard beyond their number", () => identify({ shard: [2, 2] }), 4010],
    ["intents that there are not", () => identify({ intents: 2 ** 31 }), 4013],
    ["privileged intents that are off", () => identify({ intents: 1 << 15 }), 4014],
    ["something before identifying", () => ({ op: 3, d: {} }), 4003],
    ["an opcode that there is not", () => ({ op: 99 }), 4001],
    ["no JSON", () => "{", 4002],
  ])("closes on %s", async (_, payload, code) => {
    sandbox = await startSandbox();
    const { closed, next, send } = await connect();
    await next();
    send(payload());
    expect(await closed).toBe(code);
  });

  test("closes on identifying twice, on another version, and on too many events", async () => {
    sandbox = await startSandbox();
    const twice = await connect();
    await twice.next();
    twice.send(identify());
    twice.send(identify());
    expect(await twice.closed).toBe(4005);
    expect(await (await connect("?v=9&encoding=json")).closed).toBe(4012);
    const flood = await connect();
    await flood.next();
    for (let sent = 0; sent < 121; sent += 1) flood.send({ op: 1, d: null });
    expect(await flood.closed).toBe(4008);
  });

  test("a client that stops its heartbeat is closed", async () => {
    sandbox = await startSandbox({ heartbeatIntervalMs: 40 });
    const { closed, next, send } = await connect();
    await next();
    send(identify());
    expect(await closed).toBe(4009);
  });

  test("429 and 5xx, by plan and by count, are waited for by discord.js", async () => {
    sandbox = await startSandbox();
    const client = await logIn(sandbox);
    open.push(client);
    const route = Routes.channelMessages(sandbox.channelId);
    sandbox.faults.rateLimit("POST /channels/", 0.2);
    sandbox.faults.answer5xx("POST /channels/");
    await client.rest.post(route, { body: { content: "in the end" } });
    const statuses = sandbox.requests
      .filter((request) => request.method === "POST")
      .map((request) => request.status);
    expect(statuses).toEqual([429, 503, 200]);
    // Five in five seconds: a sixth at once is refused to whom does not look at the headers.
    const agent = {
      "user-agent": "DiscordBot (https://example.org, 1.0)",
      authorization: `Bot ${sandbox.token}`,
      "content-type": "application/json",
    };
    const raw = () =>
      fetch(`${sandbox.apiUrl}/v10${route}`, { method: "POST", headers: agent, body: '{"content":"x"}' });
    const answers = await Promise.all(Array.from({ length: 6 }, raw));
    const refused = answers.find((answer) => answer.status === 429);
    expect(await refused?.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
    expect(refused?.headers.get("x-ratelimit-remaining")).toBe("0");
  }, 10_000);

  test("an answer can be lost after the request was carried out", async () => {
    sandbox = await startSandbox();
    const client = await logIn(sandbox, undefined, { rest: { retries: 1 } });
    open.push(client);
    sandbox.faults.loseAnswer("POST /channels/");
    const body = { content: "once", nonce: "n", enforce_nonce: true };
    await client.rest.post(Routes.channelMessages(sandbox.channelId), { body }).catch(() => undefined);
    await client.rest.post(Routes.channelMessages(sandbox.channelId), { body });
    expect(sandbox.messages()).toHaveLength(1);
  });
});
