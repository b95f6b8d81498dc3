/** /me with the real bot and a worker whose engine draws flat colours. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RenderWorker } from "../../src/queue/renderWorker.ts";
import type { Exchange, SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { present } from "../../src/store/presence.ts";
import { Journal } from "../support/engine.ts";
import { isReady, workerOptions } from "../support/renderWorker.ts";
import { System, until } from "../support/system.ts";

const ANSWER_MS = 30_000;

let system: System;
let worker: RenderWorker;
let member: SandboxMember;
let stranger: SandboxMember;
const journal = new Journal();

beforeAll(async () => {
  system = await System.start({ workers: 0, bot: false });
  worker = new RenderWorker(workerOptions(system.redisServer.url, journal, { "step-ms": "40" }));
  await until("the worker", async () => (await present(system.redis)).some(isReady));
  await system.startBot();
  member = system.sandbox.member("member");
  stranger = system.sandbox.member("stranger");
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  await worker.stop(0);
  await system.stop();
  journal.remove();
});

const final = async (exchange: Promise<Exchange>): Promise<SandboxMessage> =>
  (await exchange).final(ANSWER_MS);

async function closed(who: SandboxMember, command: string): Promise<void> {
  await final(who.run(command));
  await until("the request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
}

/** Everything that Redis holds, as one text: whatever its type. */
async function everything(): Promise<string> {
  const { redis } = system;
  const keys = await redis.keys("*");
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key);
      if (type === "string") return redis.get(key);
      if (type === "hash") return redis.hgetall(key);
      if (type === "list") return redis.lrange(key, 0, -1);
      if (type === "set") return redis.smembers(key);
      if (type === "zset") return redis.zrange(key, "0", "-1");
      if (type === "stream") return redis.xrange(key, "-", "+");
      return null; // gone since; what is there again by now may be of any type
    }),
  );
  return keys.map((key, index) => `${key} ${JSON.stringify(values[index])}`).join("\n");
}

describe("/me", () => {
  it("tells what was used, each request once, and how far the limits are", async () => {
    const moderator = system.sandbox.member("moderator");
    await moderator.run("/settings limit per_minute:9 waiting:3 gpu_seconds:500");
    await closed(member, '/generate prompt:"secret garden" images:2 steps:2');
    await closed(member, '/generate prompt:"secret cellar" images:1 steps:2 private:True');
    await closed(stranger, '/generate prompt:"public square" images:1 steps:2');
    const { content } = await final(member.run("/me usage"));
    expect(content).toMatch(/Requests this minute: 2 of 9, resets <t:\d+:R>/);
    expect(content).toMatch(/Waiting or running now: 0 of 3/);
    expect(content).toMatch(/GPU seconds in 24 hours: \d+\.\d of 500, resets <t:\d+:R>/);
    expect(content).toMatch(/In all: 2 requests, 3 images/);
  });

  it("exports one's own requests and what came of them, and nobody else's", async () => {
    const { attachments } = await final(member.run("/me export"));
    const file = JSON.parse(system.sandbox.attachmentBytes(attachments[0] ?? { id: "" }).toString());
    expect(file).toMatchObject({ format: "quantspot-member", version: 1, member: member.id });
    const prompts = file.requests.map(
      (request: { renders: { prompt: string }[] }) => request.renders[0]?.prompt,
    );
    expect(prompts).toEqual(["secret garden", "secret cellar"]);
    expect(file.requests[0].results[0]).toMatchObject({ recipe: "bf16" });
    expect(file.usage[system.sandbox.guildId]).toMatchObject({ requests: 2, images: 3 });
  });

  it("deletes what is one's own: prompts, pictures, jobs and messages, what still runs included", async () => {
    const running = await member.run('/generate prompt:"secret tower" images:4 steps:50');
    await until("the render to begin", () => /Rendering/.test(running.reply()?.content ?? ""));
    const asked = await final(member.run("/me delete"));
    expect(await everything()).toMatch(/secret garden/);
    const deleting = await member.click(asked, "Delete everything about me");
    await until("the deletion", () => /is deleted/.test(deleting.reply()?.content ?? ""));
    expect(deleting.reply()?.content).toBe("Everything about you is deleted.");
    const left = await everything();
    expect(left).not.toMatch(/secret/);
    expect(left).toMatch(/public square/);
    expect(left.split("\n").filter((line) => line.startsWith("quantspot:image:"))).toHaveLength(1);
    const holding = left.split("\n").filter((line) => line.includes(member.id));
    expect(holding.map((line) => line.split(" ")[0])).toEqual([
      expect.stringMatching(/^quantspot:rate:/),
      expect.stringMatching(/^quantspot:rate:/),
    ]);
    const shown = system.sandbox.messages().map(({ content }) => content);
    expect(shown.join("\n")).not.toMatch(/secret/);
    expect(shown.join("\n")).toMatch(/public square/);
    expect((await final(member.run("/me usage"))).content).toMatch(/In all: 0 requests/);
  });
});
