/** Options that don't go together, and those that no client offers, as the raw API takes them. */
import { InteractionType, ApplicationCommandOptionType as Option } from "discord-api-types/v10";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DirectoryCache } from "../../../src/backends/cache.ts";
import { type Sandbox, type SandboxMember, startSandbox } from "../../../src/sandbox/index.ts";
import { announce } from "../../../src/store/presence.ts";
import { plansOf } from "../../../src/store/quiz/studies.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { type ListeningBot, startListening } from "../../support/bot.ts";
import { replaced } from "../../support/faults.ts";
import { presence, recipe } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";
import { told } from "../../support/told.ts";

const OUT_OF_RANGE = textsFor("en-US").rules.outOfRange;

const { server, redis } = await fileRedis();
let sandbox: Sandbox;
let listening: ListeningBot;
let moderator: SandboxMember;

beforeAll(async () => {
  sandbox = await startSandbox();
  listening = await startListening(sandbox, server.url);
  moderator = sandbox.member("moderator");
});
beforeEach(async () => {
  await redis.flushall();
  await announce(redis, presence());
});
afterAll(async () => {
  expect(sandbox.violations).toEqual([]);
  await listening.stop();
  await sandbox.close();
});

const TYPES = { string: Option.String, number: Option.Integer, boolean: Option.Boolean };

/** What a client of one's own sends of a subcommand. */
async function sent(name: string, action: string, given: Record<string, string | number | boolean>) {
  const { id } = sandbox.world.commandsOf(sandbox.guildId).find((command) => command.name === name) ?? {};
  const options = Object.entries(given).map(([option, value]) => {
    const type = TYPES[typeof value as keyof typeof TYPES];
    return { name: option, type: option === "channel" ? Option.Channel : type, value };
  });
  const data = { id, name, type: 1, options: [{ name: action, type: Option.Subcommand, options }] };
  return (await told(moderator.raw({ type: InteractionType.ApplicationCommand, data }))).content;
}

const say = async (command: string) => (await told(moderator.run(command))).content;

describe("incident: a study with a figure that no plan can have began, could not be read, and could not be stopped", () => {
  it.each([
    ["rounds", { rounds: 0 }],
    ["rounds", { rounds: -7 }],
    ["controls", { controls: 101 }],
    ["pictures", { mode: "find-original", pictures: 5 }],
    ["pictures, in a thread", { mode: "find-original", pictures: 5, thread: true }],
  ])("is refused for its %s: %o", async (_figure, given) => {
    const several = ["a", "b", "c", "d"].map((id) => recipe(id, { family: "torchao", bits: 8 }));
    await announce(redis, presence({ recipes: [recipe("bf16"), ...several] }));
    listening.bot.directory = new DirectoryCache(redis);
    expect(await sent("quiz", "start", given)).toContain(OUT_OF_RANGE);
    expect(await redis.keys("quantspot:quiz:*")).toEqual([]);
    expect(await say("/quiz stop")).toContain("No study runs");
  });
});

describe("the daily round", () => {
  const running = async () =>
    (await plansOf(redis, sandbox.guildId)).flatMap(({ plan, state }) =>
      state === "running" ? [plan.id] : [],
    );
  const daily = (hour: number) => sent("quiz", "daily", { channel: sandbox.channelId, hour });

  it.each([99, -1, 24])("incident: the hour %i ended the daily rounds that there were", async (hour) => {
    expect(await daily(7)).toContain("7:00 UTC");
    const before = await running();
    expect(await daily(hour)).toContain(OUT_OF_RANGE);
    expect(await running()).toEqual(before);
  });

  it("incident: a bot that died as it set a new time left a schedule of a study that had ended", async () => {
    await daily(7);
    const [before] = await running();
    const { quizJobs } = listening.bot;
    listening.bot.quizJobs = replaced(quizJobs, "daily", () => Promise.reject(new Error("killed")));
    await daily(8);
    expect(await running()).toContain(before);
    listening.bot.quizJobs = quizJobs;
    expect(await daily(8)).toContain("8:00 UTC");
    expect(await running()).toHaveLength(1);
  });
});

it.each([
  ["limit", "per_minute:5"],
  ["maximum", "steps:20"],
])("incident: /settings %s with %s and reset did one of the two, another one each", async (action, value) => {
  const set = (options: string) => say(`/settings ${action} ${options}`);
  await set(value);
  const before = await say("/settings show");
  expect(await set(`${value} reset:True`)).toContain(textsFor("en-US").rules.resetAlone);
  expect(await say("/settings show")).toBe(before);
});
