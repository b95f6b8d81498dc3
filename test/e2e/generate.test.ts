import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxMessage } from "../../src/sandbox/index.ts";
import { System } from "../support/system.ts";

const ANSWER_MS = 60_000;

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(() => system?.stop());

async function generate(command: string): Promise<SandboxMessage> {
  const exchange = await system.sandbox.member("member").run(command);
  return exchange.final(ANSWER_MS);
}

function onlyFile(message: SandboxMessage): { bytes: Buffer; name: string; alt: string | undefined } {
  const [file, ...more] = message.attachments;
  if (!file || more.length > 0) throw new Error(`One file was expected: ${message.content}`);
  return { bytes: system.sandbox.attachmentBytes(file), name: file.filename, alt: file.description };
}

describe("/generate", () => {
  it("answers with a grid of four images and what they took", async () => {
    const answer = await generate(
      '/generate prompt:"a red circle on a blue background" backend:torchao-int8 seed:7',
    );
    const { bytes, name, alt } = onlyFile(answer);
    expect(name).toBe("grid.png");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "png", width: 512, height: 512 });
    expect(alt).toMatch(/grid of 4 images.*a red circle on a blue background/);
    expect(answer.content).toMatch(/torchao-int8.*4 images · 256×256 · 20 steps · guidance 3.5 · seed 7–10/);
    expect(answer.content).toMatch(/[\d.]+ s an image, [\d.]+ s in all · waited/);
    expect(answer.content).toMatch(/transformer weights [\d.]+ MiB/);
    expect(system.sandbox.violations).toEqual([]);
  });
});
