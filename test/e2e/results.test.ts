/** What members make of results: comparisons, variations, other prompts; and what can be learned of one. */
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Exchange, SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { readDistances } from "../../src/store/distances.ts";
import { System, until } from "../support/system.ts";

const ANSWER_MS = 90_000;
const EPHEMERAL = 64;

let system: System;
let member: SandboxMember;
beforeAll(async () => {
  system = await System.start();
  member = system.sandbox.member("member");
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  await system.stop();
});

async function final(exchange: Promise<Exchange>): Promise<SandboxMessage> {
  return (await exchange).final(ANSWER_MS);
}

function file(message: SandboxMessage) {
  const [attachment] = message.attachments;
  if (!attachment) throw new Error(`A file was expected: ${message.content}`);
  return {
    name: attachment.filename,
    alt: attachment.description ?? "",
    bytes: system.sandbox.attachmentBytes(attachment),
  };
}

const isEphemeral = (message: SandboxMessage) => ((message.flags ?? 0) & EPHEMERAL) !== 0;
const requestOf = (message: SandboxMessage) =>
  /"again:(r\d+)"/.exec(JSON.stringify(message.components))?.[1] ?? "";

const detailsOf = async (message: SandboxMessage, who = member) =>
  final(who.contextMenu("Show details", message));

describe("/compare", () => {
  let result: SandboxMessage;
  beforeAll(async () => {
    result = await final(
      member.run(
        '/compare prompt:"a red circle" backend1:bf16 backend2:torchao-int8 backend3:gguf-q2_k steps:4 seed:3',
      ),
    );
  });

  it("shows every backend's picture under its name, and what each took", async () => {
    const { name, alt, bytes } = file(result);
    expect(name).toBe("grid.png");
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    expect([width, height > 256]).toEqual([256 * 3 + 8, true]);
    expect(alt).toMatch(/1 · Original bf16; 2 · torchao int8; 3 · GGUF Q2_K\. Prompt: a red circle/);
    expect(result.content).toMatch(
      /Comparison of 3 backends\*\* · 256×256 · 4 steps · guidance 3.5 · seed 3/,
    );
    expect(result.content).toMatch(/1 · Original bf16 +[\d.]+ MiB +[\d.]+ [MG]iB +[\d.]+ s +– +–/);
    expect(result.content).toMatch(/3 · GGUF Q2_K +[\d.]+ MiB +[\d.]+ [MG]iB +[\d.]+ s +[\d.]+ +0\.\d{3}/);
    expect(result.content.length).toBeLessThanOrEqual(2000);
  });

  it("starts every backend from the noise that /generate starts from", async () => {
    const alone = await final(
      member.run('/generate prompt:"a red circle" backend:gguf-q2_k images:1 steps:4 seed:3'),
    );
    const raw = (png: Sharp) => png.removeAlpha().raw().toBuffer();
    const { height = 0 } = await sharp(file(result).bytes).metadata();
    const third = { left: 2 * (256 + 4), top: height - 256, width: 256, height: 256 };
    const compared = await raw(sharp(file(result).bytes).extract(third));
    expect(compared.equals(await raw(sharp(file(alone).bytes)))).toBe(true);
  });

  it("leaves how far each is from the original, the more bits the closer", async () => {
    const [int8] = await readDistances(system.redis, "torchao-int8");
    const [q2] = await readDistances(system.redis, "gguf-q2_k");
    expect(int8).toMatchObject({ original: "bf16", model: "tiny", width: 256, steps: 4 });
    expect(q2?.perceptual).toBeGreaterThan(int8?.perceptual ?? 1);
  });

  it("shows a pair's difference to whoever asks alone, and another pair in the same message", async () => {
    const exchange = await system.sandbox.member("other").click(result, "Difference");
    const view = await exchange.final(ANSWER_MS);
    expect(isEphemeral(view)).toBe(true);
    expect(view.content).toMatch(/1 · Original bf16\*\* and \*\*2 · torchao int8\*\* · PSNR [\d.]+ dB/);
    expect(file(view)).toMatchObject({ name: "difference.png" });
    const other = system.sandbox.member("other");
    const next = await final(other.select(view, `compare-diff-pair:${requestOf(result)}`, ["0-2"]));
    expect(next.id).toBe(view.id);
    expect(next.content).toContain("3 · GGUF Q2_K");
    expect(next.attachments).toHaveLength(1);
  });

  it("alternates a pair in an animation", async () => {
    const view = await final(member.click(result, "Flicker"));
    const { format, pages } = await sharp(file(view).bytes).metadata();
    expect([format, pages]).toEqual(["webp", 2]);
    expect(file(view).alt).toMatch(/alternates between 1 · Original bf16 and 2 · torchao int8/);
  });

  it("shows every picture in full size, and compares again from a new seed", async () => {
    const full = await final(member.click(result, "Full size"));
    expect(full.attachments.map(({ description }) => description)).toEqual([
      expect.stringContaining("Original bf16"),
      expect.stringContaining("torchao int8"),
      expect.stringContaining("GGUF Q2_K"),
    ]);
    const again = await final(member.click(result, "Again, new seed"));
    expect(again.content).toMatch(/Comparison of 3 backends/);
    expect(again.content).not.toContain("seed 3\n");
  });

  it("names a set from what is offered, the original first", async () => {
    const exchange = await member.run("/compare prompt:x set:8-bit steps:2");
    const answer = await exchange.final(ANSWER_MS);
    const names = [...answer.content.matchAll(/^\d · (.+?) {2,}/gm)].map((match) => match[1]);
    expect(names[0]).toBe("Original bf16");
    expect(names.length).toBeGreaterThan(2);
    expect(names.slice(1).join()).toMatch(/int8|Q8_0/);
    expect(names.slice(1).join()).not.toMatch(/NF4|int4|Q4|Q2/);
  });

  it.each([
    ["backend1:bf16", /needs 2 to 6 backends/],
    ["", /needs 2 to 6 backends/],
    ["backend1:bf16 backend2:BF16", /`bf16` is named twice/],
    ["backend1:bf16 backend2:nf5", /no backend `nf5`/],
    ["set:4-bit backend1:bf16", /not both/],
  ])("refuses %j in one sentence, with nothing queued", async (options, sentence) => {
    const refusal = await final(member.run(`/compare prompt:x ${options}`));
    expect(isEphemeral(refusal)).toBe(true);
    expect(refusal.content).toMatch(sentence);
    expect(await system.redis.zcard("quantspot:open")).toBe(0);
  });

  it("offers what is loaded first and leaves out what is chosen already", async () => {
    const typed = "/compare prompt:x backend1:bf16 backend2:gguf-q2_k backend3:";
    const choices = await member.autocomplete(typed, "backend3");
    const values = choices.map(({ value }) => value);
    expect(values).not.toContain("bf16");
    expect(values).not.toContain("gguf-q2_k");
    expect(choices.length).toBeLessThanOrEqual(25);
    const loaded = choices.map(({ name }) => name.endsWith("loaded"));
    expect(loaded).toEqual(loaded.toSorted((a, b) => Number(b) - Number(a)));
    expect(loaded[0]).toBe(true);
  });
});

describe("a comparison under way", () => {
  it("shows what each backend does, and on a cancel keeps what was rendered", async () => {
    // Six at the most steps: together they outlast the pause between two edits on any machine.
    const exchange = await member.run("/compare prompt:x set:8-bit steps:50");
    const some = () => /🎨 .* · [▰▱]+ step \d+ of 50/.test(exchange.reply()?.content ?? "");
    const rendered = () => /· [1-4] of 6 rendered\n✅ Original bf16/.test(exchange.reply()?.content ?? "");
    await until("a later backend's render", () => rendered() && some());
    const message = exchange.reply();
    if (!message) throw new Error("a running request has a message");
    await member.click(message, "Cancel");
    const answer = await exchange.final(ANSWER_MS);
    expect(answer.content).toMatch(`Cancelled** by <@${member.id}>`);
    expect(answer.content).toMatch(/🚫 \*\*6 · .*\*\* · not rendered/);
    expect(answer.attachments).toHaveLength(1);
  });
});

describe("what is made from a result", () => {
  let result: SandboxMessage;
  beforeAll(async () => {
    result = await final(member.run('/generate prompt:"two green triangles" images:2 steps:3 seed:5'));
  });

  describe("changing the prompt", () => {
    it("opens a form with the prompt in it, and renders the new one from the same seed", async () => {
      const form = await member.click(result, "Change prompt");
      expect(JSON.stringify(form.modal)).toContain('"value":"two green triangles"');
      const answer = await final(member.submitModal(form, { prompt: "two red triangles" }));
      expect(answer.id).not.toBe(result.id);
      expect(answer.content).toMatch(/two red triangles[\s\S]*2 images .* seed 5–6/);
      const refusal = await final(member.submitModal(form, { prompt: "   " }));
      expect(refusal.content).toMatch(/The prompt is empty/);
    });
  });

  describe("variations", () => {
    const vary = (choice: string) =>
      final(member.select(result, `variations:${requestOf(result)}`, [choice]));

    /** Root mean square distance of an answer's four pictures from the result's second one. */
    async function distances(answer: SandboxMessage): Promise<number[]> {
      const tile = (png: Buffer, left: number, top: number) =>
        sharp(png).extract({ left, top, width: 256, height: 256 }).removeAlpha().raw().toBuffer();
      const original = await tile(file(result).bytes, 256, 0);
      const places = [0, 1, 2, 3].map((index) => [(index % 2) * 256, Math.floor(index / 2) * 256] as const);
      const tiles = await Promise.all(places.map(([left, top]) => tile(file(answer).bytes, left, top)));
      return tiles.map((pixels) =>
        Math.sqrt(
          pixels.reduce((sum, value, i) => sum + (value - (original[i] ?? 0)) ** 2, 0) / pixels.length,
        ),
      );
    }

    it("are four pictures near the chosen one, the nearer the slighter", async () => {
      const slight = await vary("1-slight");
      expect(slight.content).toMatch(/4 images .* seed 6, varied by 30%/);
      const near = await distances(slight);
      const far = await distances(await vary("1-strong"));
      expect(Math.min(...near)).toBeGreaterThan(0);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean(near)).toBeLessThan(mean(far));
    });

    it("keep their noise on another backend, and can be varied again", async () => {
      const slight = await vary("0-slight");
      const other = await final(member.select(slight, `backend:${requestOf(slight)}`, ["torchao-int8"]));
      expect(other.content).toMatch(/`torchao-int8`.*seed 5, varied by 30%/);
      const again = await final(member.select(other, `variations:${requestOf(other)}`, ["3-strong"]));
      expect(again.attachments).toHaveLength(1);
      const refusal = await final(
        member.raw({
          type: 3,
          data: { custom_id: `variations:${requestOf(result)}`, component_type: 3, values: ["9-slight"] },
          message: result,
        }),
      );
      expect(refusal.content).toMatch(/no such variation/);
    });
  });

  describe("Show details", () => {
    it("tells one person everything needed to make a result again, as text and as JSON", async () => {
      const answer = await detailsOf(result, system.sandbox.member("other"));
      expect(isEphemeral(answer)).toBe(true);
      expect(answer.content).toMatch(
        /```\nprompt: two green triangles\nsettings: 256×256, 3 steps, guidance 3.5/,
      );
      expect(answer.content).toMatch(/seeds: 5, 6\nmodel: tiny/);
      const details = JSON.parse(file(answer).bytes.toString());
      expect(details).toMatchObject({
        request: requestOf(result),
        prompt: "two green triangles",
        madeFrom: [],
        renders: [
          {
            backend: "bf16",
            noise: [[{ seed: 5, weight: 1 }], [{ seed: 6, weight: 1 }]],
            measured: { model: { name: "tiny" }, device: "cpu", versions: { diffusers: expect.any(String) } },
          },
        ],
      });
    });

    it("names what it was made from, back to the first", async () => {
      const varied = await final(member.select(result, `variations:${requestOf(result)}`, ["0-slight"]));
      const again = await final(member.click(varied, "Again, new seed"));
      const answer = await detailsOf(again);
      expect(answer.content).toMatch(
        /^Made from \[another result\]\(https:\/\/discord.com\/channels\/.*with a new seed/,
      );
      expect(JSON.parse(file(answer).bytes.toString()).madeFrom).toEqual([
        { request: requestOf(varied), change: "seed" },
        { request: requestOf(result), change: "variations", image: 0 },
      ]);
    });

    it("tells each backend of a comparison, and which was not rendered", async () => {
      const compared = await final(
        member.run("/compare prompt:x backend1:bf16 backend2:gguf-q8_0 steps:2 seed:1"),
      );
      const answer = await detailsOf(compared);
      expect(answer.content).toMatch(/backend: bf16 [\s\S]*backend: gguf-q8_0[\s\S]* in all /);
      expect(answer.content.match(/^versions: /gm)).toHaveLength(1);
      expect(answer.content.length).toBeLessThanOrEqual(2000);
    });

    it("is for messages of the bot alone, and for one's own private results alone", async () => {
      const said = await member.say("hello");
      expect((await detailsOf(said)).content).toMatch(/Only my own messages/);
      const hidden = await final(member.run("/generate prompt:x images:1 steps:2 private:True"));
      expect((await detailsOf(hidden)).content).toMatch(/seeds/);
      const stranger = system.sandbox.member("stranger");
      await expect(stranger.contextMenu("Show details", hidden)).rejects.toThrow();
      const command = system.sandbox.world
        .commandsOf(system.sandbox.guildId)
        .find(({ name }) => name === "Show details");
      const forged = await final(
        stranger.raw({
          type: 2,
          data: {
            id: command?.id,
            name: "Show details",
            type: 3,
            target_id: hidden.id,
            resolved: { messages: { [hidden.id]: hidden } },
          },
        }),
      );
      expect(forged.content).toMatch(/too old for that/);
      expect(forged.attachments).toHaveLength(0);
    });
  });
});

describe("a render that takes a while", () => {
  it("shows what the picture looks like so far, privately too, until the answer replaces it", async () => {
    // The slowest backend here, at a size at which its pace is not known yet.
    const exchange = await member.run(
      "/generate prompt:x backend:gguf-q2_k images:4 steps:50 size:320x192 private:True",
    );
    const soFar = () => exchange.reply()?.attachments.find(({ filename }) => filename === "so-far.webp");
    await until("a live preview", () => soFar() !== undefined);
    expect(soFar()?.description).toMatch(/looks like so far/);
    const message = exchange.reply();
    if (message) await member.click(message, "Cancel");
    const answer = await exchange.final(ANSWER_MS);
    expect(answer.content).toMatch(/Cancelled/);
    expect(answer.attachments).toEqual([]);
  });
});
