/** Two shards, each with a server of its own, kept by discord.js's manager, and a worker with a fake engine. */
import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { RenderWorker } from "../../src/queue/renderWorker.ts";
import { freePort } from "../../src/setup/ports.ts";
import { present } from "../../src/store/presence.ts";
import { isAlive, Journal } from "../support/engine.ts";
import { isReady, workerOptions } from "../support/renderWorker.ts";
import { System, until } from "../support/system.ts";

const ANSWER_MS = 30_000;
const readySchema = z.object({
  msg: z.literal("bot is ready"),
  pid: z.number(),
  shards: z.array(z.number()),
  servers: z.number(),
});

let system: System;
let worker: RenderWorker;
let manager: ChildProcess;
const journal = new Journal();

beforeAll(async () => {
  system = await System.start({
    workers: 0,
    bot: false,
    sandbox: { guilds: 2, shards: 2, maxConcurrency: 16 },
    env: { DISCORD_GUILD_ID: "", QUANTSPOT_SHARDS: "auto" },
  });
  worker = new RenderWorker(workerOptions(system.redisServer.url, journal));
  manager = system.spawn("shards");
  await until("the worker", async () => (await present(system.redis)).some(isReady));
  await until(
    "both shards",
    () => system.logOf(manager).includes("every shard is ready") && started().length === 2,
  );
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  await worker.stop(0);
  await system.stop();
  journal.remove();
});

/** Every start of a shard so far, in their order. */
function started() {
  const lines = system.logOf(manager).split("\n").filter(Boolean);
  return lines.flatMap((line) => {
    const parsed = line.startsWith("{") ? readySchema.safeParse(JSON.parse(line)).data : undefined;
    return parsed ?? [];
  });
}

/** Asks in a server, and counts the messages with pictures that come of it. */
async function answersIn(guild: { id: string; channels: { images: string } }): Promise<number> {
  const exchange = await system.sandbox
    .member("member", guild.id)
    .run('/generate prompt:"a star" images:1 steps:2');
  await exchange.final(ANSWER_MS);
  await until("the request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
  return exchange.messages().filter(({ attachments }) => attachments.length === 1).length;
}

describe("two shards", () => {
  it("serve one server each, in processes of their own, and register the commands once", () => {
    const [first, second] = started();
    expect([first?.shards, second?.shards].toSorted()).toEqual([[0], [1]]);
    expect([first?.servers, second?.servers]).toEqual([1, 1]);
    expect(first?.pid).not.toBe(second?.pid);
    const registrations = system.sandbox.requests.filter(
      ({ method, path }) => method === "PUT" && path.endsWith("/commands"),
    );
    expect(registrations).toHaveLength(1);
  });

  it("answer what is asked in either server, exactly once", async () => {
    const answers = await Promise.all(system.sandbox.guilds.map((guild) => answersIn(guild)));
    expect(answers).toEqual([1, 1]);
  });

  it("go on without each other: one that is killed comes back, and its server is answered again", async () => {
    const [killed] = started().filter(({ shards }) => shards.includes(1));
    process.kill(killed?.pid ?? 0, "SIGKILL");
    const shardOf = (id: string) => Number((BigInt(id) >> 22n) % 2n);
    const [first] = system.sandbox.guilds.filter(({ id }) => shardOf(id) === 0);
    const [second] = system.sandbox.guilds.filter(({ id }) => shardOf(id) === 1);
    if (!first || !second) throw new Error("each shard has a server");
    expect(await answersIn(first)).toBe(1);
    await until("the shard to come back", () => started().length === 3);
    expect(await answersIn(second)).toBe(1);
  });

  // Incident: while Redis was away at the start, a shard outlived its manager, logged in to Discord once Redis was back,
  // and fell over the channel that was closed.
  it("end with their manager before they have reached Redis", async () => {
    const redis = `redis://127.0.0.1:${await freePort()}`;
    const early = system.spawn("shards", { REDIS_URL: redis, QUANTSPOT_SHARDS: "1" });
    await until("a shard to look for Redis", () => system.logOf(early).includes("Redis can't be reached"));
    const [shard] = [...system.logOf(early).matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid));
    expect(isAlive(shard ?? 0)).toBe(true);
    await system.kill(early);
    await until("the shard to end", () => !isAlive(shard ?? 0), 5000);
  });

  it("end when their manager is killed", async () => {
    await system.kill(manager);
    await until("the shards to end", () => !started().some(({ pid }) => isAlive(pid)));
  });
});
