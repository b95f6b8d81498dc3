/** The real engine, killed under a request, and left alone by a worker that was killed. */
import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Exchange } from "../../src/sandbox/index.ts";
import { isAlive } from "../support/engine.ts";
import { AT_LENGTH } from "../support/length.ts";
import { enginesOf, System, until } from "../support/system.ts";

const ANSWER_MS = 90_000;

let system: System;
let worker: ChildProcess;

beforeAll(async () => {
  system = await System.start({ workers: 0, brisk: true });
  worker = await system.startWorker();
});
afterAll(() => system.stop());

async function rendering(): Promise<Exchange> {
  const exchange = await system.sandbox.member("member").run('/generate prompt:"a red circle" images:4');
  await system.rendering();
  return exchange;
}

async function expectOneAnswer(exchange: Exchange): Promise<void> {
  const answer = await exchange.final(ANSWER_MS);
  await until("the request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
  expect(answer.id).toBe(exchange.reply()?.id);
  expect(exchange.messages().filter(({ attachments }) => attachments.length > 0)).toHaveLength(1);
}

it.runIf(AT_LENGTH)(
  "is replaced when it is killed, and the picture comes in the message that was there",
  async () => {
    const exchange = await rendering();
    const [engine = 0] = await enginesOf(worker);
    process.kill(engine, "SIGKILL");
    // Incident: the message stood still at its last step.
    await until("its message to say so", () => /Interrupted/.test(exchange.reply()?.content ?? ""));
    await expectOneAnswer(exchange);
  },
);

it("leaves by itself when its worker is killed, and the next worker's renders the request", async () => {
  const exchange = await rendering();
  const engines = await enginesOf(worker);
  expect(engines).toHaveLength(1);
  await system.kill(worker);
  worker = await system.startWorker();
  await expectOneAnswer(exchange);
  await until("the first engine to be gone", () => !engines.some(isAlive));
});
