import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Exchange, SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { channels } from "../../src/store/keys.ts";
import { System, until } from "../support/system.ts";

const ANSWER_MS = 60_000;
const QUICK = "images:1 steps:2";

let system: System;
let member: SandboxMember;
let moderator: SandboxMember;
beforeAll(async () => {
  system = await System.start();
  member = system.sandbox.member("member");
  moderator = system.sandbox.member("moderator");
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  await system.stop();
});

async function final(exchange: Promise<Exchange>): Promise<SandboxMessage> {
  return (await exchange).final(ANSWER_MS);
}

function file(message: SandboxMessage): { bytes: Buffer; name: string; alt: string } {
  const [attachment] = message.attachments;
  if (!attachment) throw new Error(`A file was expected: ${message.content}`);
  const { filename: name, description: alt = "" } = attachment;
  return { bytes: system.sandbox.attachmentBytes(attachment), name, alt };
}

const isEphemeral = (message: SandboxMessage) => ((message.flags ?? 0) & 64) !== 0;
const pixels = (png: Buffer) => sharp(png).removeAlpha().raw().toBuffer();

describe("/generate", () => {
  it("answers with a grid of four images and what they took", async () => {
    const answer = await final(
      member.run('/generate prompt:"a red circle on a blue background" steps:8 seed:7'),
    );
    const { bytes, name, alt } = file(answer);
    expect(name).toBe("grid.png");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "png", width: 512, height: 512 });
    expect(alt).toMatch(/grid of 4 images.*a red circle on a blue background/);
    expect(answer.content).toMatch(/`bf16` · 4 images · 256×256 · 8 steps · guidance 3.5 · seed 7–10/);
    expect(answer.content).toMatch(/[\d.]+ s an image, [\d.]+ s in all · waited/);
    expect(answer.content).toMatch(/transformer weights [\d.]+ MiB · engine process \(resident set\)/);
  });

  it("draws the same picture for the same seed, another for another", async () => {
    const draw = async (seed: number) => {
      const answer = await final(member.run(`/generate prompt:"a yellow star" ${QUICK} seed:${seed}`));
      return pixels(file(answer).bytes);
    };
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect(again.equals(first)).toBe(true);
    expect(other.equals(first)).toBe(false);
  });

  it("draws in landscape when asked to", async () => {
    const sizes = await member.autocomplete("/generate prompt:x size:", "size");
    const landscape = sizes
      .map(({ value }) => String(value))
      .find((size) => {
        const [width = 0, height = 0] = size.split("x").map(Number);
        return width > height;
      });
    const answer = await final(member.run(`/generate prompt:"a house" ${QUICK} size:${landscape}`));
    const { width, height } = await sharp(file(answer).bytes).metadata();
    expect(`${width}x${height}`).toBe(landscape);
  });

  it("offers the backends that the worker runs, with family and memory", async () => {
    const choices = await member.autocomplete("/generate prompt:x backend:torchao", "backend");
    expect(choices.map(({ value }) => value)).toContain("torchao-int8");
    const [loaded] = await member.autocomplete("/generate prompt:x backend:bf16", "backend");
    expect(loaded?.name).toMatch(/16-bit · [\d.]+ MiB weights · loaded/);
  });

  it("tells a wrong wish to the member alone and queues nothing", async () => {
    const refusal = await final(member.run("/generate prompt:x backend:nf5"));
    expect(isEphemeral(refusal)).toBe(true);
    expect(refusal.content).toMatch(/no backend `nf5`/);
    await until("nothing to be open", async () => (await system.redis.keys("quantspot:open*")).length === 0);
  });

  it("answers privately when asked to", async () => {
    const answer = await final(member.run(`/generate prompt:"a tree" ${QUICK} private:True`));
    expect(isEphemeral(answer)).toBe(true);
    expect(answer.attachments).toHaveLength(1);
  });

  it("names the permission that the bot lacks in a channel before anything is queued", async () => {
    const refusal = await final(
      member.run(`/generate prompt:x ${QUICK}`, { channelId: system.sandbox.channels.withoutAttach }),
    );
    expect(refusal.content).toMatch(/without \*\*Attach Files\*\*/);
  });
});

describe("buttons under a result", () => {
  let result: SandboxMessage;
  beforeAll(async () => {
    result = await final(member.run('/generate prompt:"two green triangles" images:2 steps:2 seed:5'));
  });

  it("render again with a new seed", async () => {
    const answer = await final(member.click(result, "Again, new seed"));
    expect(answer.id).not.toBe(result.id);
    expect(answer.content).toContain("two green triangles");
    expect(answer.content).not.toContain("seed 5–6");
  });

  it("render the same seed on another backend", async () => {
    const answer = await final(member.select(result, `backend:${requestOf(result)}`, ["gguf-q2_k"]));
    expect(answer.content).toMatch(/`gguf-q2_k`.*seed 5–6/);
    const [before, after] = [file(result), file(answer)];
    expect((await pixels(after.bytes)).equals(await pixels(before.bytes))).toBe(false);
  });

  it("show every image in full size, lossless, to whoever asks alone", async () => {
    const full = await final(moderator.click(result, "Full size"));
    expect(isEphemeral(full)).toBe(true);
    expect(full.attachments.map(({ width, height }) => [width, height])).toEqual([
      [256, 256],
      [256, 256],
    ]);
    const left = await sharp(file(result).bytes).extract({ left: 0, top: 0, width: 256, height: 256 });
    expect((await pixels(file(full).bytes)).equals(await left.removeAlpha().raw().toBuffer())).toBe(true);
  });

  it("render the full-size images again when they have left the store, and say so", async () => {
    const stored = await system.redis.keys(`quantspot:image:${requestOf(result)}:*`);
    await system.redis.del(stored);
    const full = await final(member.click(result, "Full size"));
    expect(full.content).toMatch(/rendered again from the same seed/);
    const left = sharp(file(result).bytes).extract({ left: 0, top: 0, width: 256, height: 256 });
    expect((await pixels(file(full).bytes)).equals(await left.removeAlpha().raw().toBuffer())).toBe(true);
  });

  it("let a moderator delete, and nobody else who did not ask", async () => {
    const refusal = await final(system.sandbox.member("stranger").click(result, "Delete"));
    expect(refusal.content).toMatch(/Only the member who asked/);
    await moderator.click(result, "Delete");
    await until("the message to go", () => !system.sandbox.messages().some(({ id }) => id === result.id));
  });
});

describe("a request under way", () => {
  const LONG = "/generate prompt:x images:4 steps:50";

  async function running(exchange: Exchange): Promise<SandboxMessage> {
    await until("the render to begin", () => /Rendering/.test(exchange.reply()?.content ?? ""));
    const reply = exchange.reply();
    if (!reply) throw new Error("a running request has a message");
    return reply;
  }

  it("shows steps, can be cancelled by who asked, and says who did", async () => {
    const exchange = await member.run(LONG);
    const message = await running(exchange);
    expect(message.content).toMatch(/step \d+ of 50\n[▰▱]+ \d+%/);
    await member.click(message, "Cancel");
    expect((await exchange.final(ANSWER_MS)).content).toMatch(`Cancelled** by <@${member.id}>`);
  });

  // A progress message that the bot could not read was thrown out of its subscription, and the process ended.
  it("is answered though a worker of another version speaks of progress in words unknown here", async () => {
    for (const words of ["{}", "no JSON"]) await system.redis.publish(channels.progress, words);
    const exchange = await member.run(`/generate prompt:x ${QUICK}`);
    expect((await exchange.final(ANSWER_MS)).attachments).toHaveLength(1);
  });

  it("tells place in the queue, and is taken out of it by a moderator's cancel", async () => {
    const first = await member.run(LONG);
    await running(first);
    const second = await system.sandbox.member("other").run(LONG);
    expect(second.reply()?.content).toMatch(/Waiting\*\* · 1 ahead/);
    const waiting = second.reply();
    if (waiting) await moderator.click(waiting, "Cancel");
    expect((await second.final(ANSWER_MS)).content).toMatch(`Cancelled** by <@${moderator.id}>`);
    await member.click(await running(first), "Cancel");
    await first.final(ANSWER_MS);
  });

  it("notifies with one message that pings the requester alone", async () => {
    const exchange = await member.run(`/generate prompt:x ${QUICK} notify:True`);
    await exchange.final(ANSWER_MS);
    await until("the request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
    expect(system.sandbox.pings).toHaveLength(1);
    expect(system.sandbox.pings[0]).toMatchObject({ userId: member.id, reason: "mention" });
  });
});

/** The request id that a result's buttons carry. */
function requestOf(message: SandboxMessage): string {
  return /"again:(r\d+)"/.exec(JSON.stringify(message.components))?.[1] ?? "";
}
