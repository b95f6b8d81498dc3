/** /backends as a bot answers it that knows of a worker. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { announce } from "../../../src/store/presence.ts";
import { type ListeningBot, startListening } from "../../support/bot.ts";
import { presence, recipe } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";

const { server, redis } = await fileRedis();
let sandbox: Sandbox;
let listening: ListeningBot;

beforeAll(async () => {
  sandbox = await startSandbox();
  listening = await startListening(sandbox, server.url);
});
afterAll(async () => {
  await listening.stop();
  await sandbox.close();
});

// Incident: the families were a list of the bot's own, in which that of a new library could not be chosen.
it("lists the backends of any library that a worker has", async () => {
  const recipes = [recipe("bf16"), recipe("rounded-5", { family: "rounded" })];
  await announce(redis, presence({ recipes }));
  const member = sandbox.member("member");
  const families = await member.autocomplete("/backends list family:", "family");
  expect(families.map(({ value }) => value)).toEqual(["original", "rounded"]);
  expect(await member.autocomplete("/backends list family:Rou", "family")).toHaveLength(1);
  const exchange = await member.run("/backends list family:Rounded");
  const listed = JSON.stringify(await exchange.final(10_000));
  expect(listed).toContain("rounded-5");
  expect(listed).not.toContain("bf16");
});
