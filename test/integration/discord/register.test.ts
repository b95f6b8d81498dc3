import { REST } from "discord.js";
import { beforeEach, describe, expect, it } from "vitest";
import { definitions } from "../../../commands/index.ts";
import { register } from "../../../src/discord/register.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { fileRedis } from "../../support/redis.ts";

const { redis } = await fileRedis();
let sandbox: Sandbox;
let rest: REST;

beforeEach(async () => {
  await redis.flushall();
  sandbox = await startSandbox();
  rest = new REST({ api: sandbox.apiUrl }).setToken(sandbox.token);
  return () => sandbox.close();
});

const names = (scope: string) => sandbox.world.commandsOf(scope).map(({ name }) => name);
const all = definitions.map(({ name }) => name);
const here = () => names(sandbox.guildId);
const everywhere = () => names("global");

function registerIn(guildId: string | undefined, which = definitions): Promise<boolean> {
  return register(rest, redis, sandbox.applicationId, guildId, which);
}

describe("registering commands", () => {
  it("puts them into one server, or into all of them, and removes the other set", async () => {
    expect(await registerIn(sandbox.guildId)).toBe(true);
    expect([here(), everywhere()]).toEqual([all, []]);
    expect(await registerIn(undefined)).toBe(true);
    expect([here(), everywhere()]).toEqual([[], all]);
    expect(await registerIn(sandbox.guildId)).toBe(true);
    expect([here(), everywhere()]).toEqual([all, []]);
    expect(sandbox.violations).toEqual([]);
  });

  it("asks Discord to change nothing when nothing has changed", async () => {
    await registerIn(sandbox.guildId);
    const before = sandbox.requests.filter(({ method }) => method === "PUT").length;
    expect(await registerIn(sandbox.guildId)).toBe(false);
    expect(sandbox.requests.filter(({ method }) => method === "PUT")).toHaveLength(before);
  });

  it("is not hindered by what another application registered by way of the same Redis", async () => {
    // The second `npm run demo` ended at once: its Redis still named the first one's server.
    await registerIn(sandbox.guildId);
    const other = await startSandbox();
    const otherRest = new REST({ api: other.apiUrl }).setToken(other.token);
    expect(await register(otherRest, redis, other.applicationId, other.guildId, definitions)).toBe(true);
    expect(other.world.commandsOf(other.guildId)).toHaveLength(all.length);
    await other.close();
  });

  it("forgets a server that the bot has left", async () => {
    await redis.hset(
      "quantspot:registered",
      `/applications/${sandbox.applicationId}/guilds/123456789012345678/commands`,
      "{}",
    );
    expect(await registerIn(sandbox.guildId)).toBe(true);
    expect(await redis.hkeys("quantspot:registered")).toHaveLength(2);
  });

  it("registers again when a definition has changed", async () => {
    await registerIn(sandbox.guildId);
    const [first, ...rest] = definitions;
    if (!first) throw new Error("there are commands");
    const changed = { ...first, description: "Something else" };
    expect(await registerIn(sandbox.guildId, [changed, ...rest])).toBe(true);
    expect(sandbox.world.commandsOf(sandbox.guildId)[0]?.description).toBe("Something else");
  });

  it("registers again when somebody removed the commands at Discord", async () => {
    await registerIn(sandbox.guildId);
    sandbox.world.commands.delete(sandbox.guildId);
    expect(await registerIn(sandbox.guildId)).toBe(true);
    expect(here()).toEqual(all);
  });
});
