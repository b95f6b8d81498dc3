/** Workers that are killed, stopped or cut off from Redis in mid-render: every request is answered exactly once. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RenderWorker } from "../../src/queue/renderWorker.ts";
import { storeCancellation } from "../../src/store/cancellations.ts";
import { present } from "../../src/store/presence.ts";
import { isAlive, Journal } from "../support/engine.ts";
import { fileServer } from "../support/redis.ts";
import { isReady, TestBot, workerOptions } from "../support/renderWorker.ts";

const WORKER = fileURLToPath(new URL("../fixtures/worker-process.ts", import.meta.url));

const server = await fileServer();
let bot: TestBot;
let journal: Journal;
let processes: ChildProcess[];
let workers: RenderWorker[];

function spawnWorker(stepMs: number, drainMs = 5000): ChildProcess {
  const args = ["--import", "tsx", WORKER, server.url, journal.path, String(stepMs), String(drainMs)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  processes.push(child);
  return child;
}

function startWorker(stepMs = 5): RenderWorker {
  const worker = new RenderWorker(workerOptions(server.url, journal, { "step-ms": String(stepMs) }));
  workers.push(worker);
  return worker;
}

const renders = () => journal.entries("generate").length;
const untilRenders = (count: number) =>
  vi.waitUntil(() => renders() >= count, { timeout: 30_000, interval: 10 });
const untilGone = (pids: number[]) =>
  vi.waitUntil(() => !pids.some(isAlive), { timeout: 5000, interval: 20 });

beforeEach(async () => {
  bot = new TestBot(server.url);
  await bot.redis.flushall();
  journal = new Journal();
  processes = [];
  workers = [];
});
afterEach(async () => {
  for (const child of processes) child.kill("SIGKILL");
  await Promise.all(workers.map((worker) => worker.stop(0)));
  await bot.close();
  journal.remove();
});

describe("a worker that is killed in mid-render", () => {
  it("loses nothing: another one renders the request, it is answered once, and no engine stays behind", async () => {
    const killed = spawnWorker(50);
    const asked = await bot.ask("a star", { steps: 40 });
    await untilRenders(1);
    startWorker();
    const at = performance.now();
    killed.kill("SIGKILL");
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
    // A lock's time, two looks for stalled jobs, and the render; in production the first two make 25 s of the 30.
    expect(performance.now() - at).toBeLessThan(2000 + 2 * 300 + 40 * 5 + 3000);
    expect(renders()).toBe(2);
    const engines = journal.entries("start").map(({ pid }) => pid);
    await untilGone(engines.slice(0, 1));
  });

  it("takes the job over itself when it is started again", async () => {
    const killed = spawnWorker(50);
    const asked = await bot.ask("a star", { steps: 40 });
    await untilRenders(1);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    startWorker();
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
    expect(renders()).toBe(2);
  });
});

describe("an engine that is killed in mid-render", () => {
  it("is replaced, and the render is tried again at once", async () => {
    startWorker(20);
    const asked = await bot.ask("a star", { steps: 40 });
    await untilRenders(1);
    const at = performance.now();
    process.kill(journal.entries("start")[0]?.pid ?? 0, "SIGKILL");
    await untilRenders(2);
    expect(performance.now() - at).toBeLessThan(1500);
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
    expect(renders()).toBe(2);
  });
});

describe("a worker that is told to stop", () => {
  it("finishes the running render, takes no other, and leaves nothing behind", async () => {
    const stopped = spawnWorker(20);
    const running = await bot.ask("the running one", { steps: 40 });
    await untilRenders(1);
    const waiting = await bot.ask("the waiting one");
    stopped.kill("SIGTERM");
    const [code] = await once(stopped, "exit");
    expect(code).toBe(0);
    expect(await bot.answer(running)).toMatchObject({ ended: "rendered" });
    expect(renders()).toBe(1);
    expect(await present(bot.redis)).toEqual([]);
    await untilGone(journal.entries("start").map(({ pid }) => pid));
    startWorker();
    expect(await bot.answer(waiting)).toMatchObject({ ended: "rendered" });
  });

  it("hands a render that takes too long back to the queue, at once and without counting it as a failure", async () => {
    const stopped = spawnWorker(20, 100);
    const asked = await bot.ask("a star", { steps: 400 });
    await untilRenders(1);
    stopped.kill("SIGTERM");
    const [code] = await once(stopped, "exit");
    expect(code).toBe(0);
    const [job] = (await bot.redis.keys("quantspot:req-bf16:*-0")).sort();
    expect(await bot.redis.hget(job ?? "", "atm")).toBeNull();
    startWorker(1);
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
  });
});

describe("Redis that does not answer", () => {
  it("for less than a lock's time costs nothing: the render is stored when it is back", async () => {
    startWorker(20);
    await bot.presence(isReady);
    const asked = await bot.ask("a star", { steps: 10 });
    await untilRenders(1);
    process.kill(server.pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 700));
    process.kill(server.pid, "SIGCONT");
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
    expect(renders()).toBe(1);
  });

  it("for longer costs a second render, and still there is one answer", async () => {
    startWorker(20);
    await bot.presence(isReady);
    const asked = await bot.ask("a star", { steps: 30 });
    await untilRenders(1);
    process.kill(server.pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 3000));
    process.kill(server.pid, "SIGCONT");
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
    expect(renders()).toBe(2);
    expect(await bot.answer(await bot.ask("the next one"))).toMatchObject({ ended: "rendered" });
    expect(bot.answers.filter(({ id }) => id === asked.id)).toHaveLength(1);
  });
});

describe("connections that break in mid-render", () => {
  it("come back by themselves, and the render is stored and answered once", async () => {
    startWorker(20);
    const asked = await bot.ask("a star", { steps: 20 });
    await untilRenders(1);
    for (const type of ["pubsub", "normal"]) await bot.redis.call("CLIENT", "KILL", "TYPE", type);
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
    expect(renders()).toBe(1);
    expect(await bot.answer(await bot.ask("the next one"))).toMatchObject({ ended: "rendered" });
  });

  it("do not hide a cancellation that was called out meanwhile", async () => {
    startWorker(20);
    const asked = await bot.ask("a star", { steps: 400 });
    await untilRenders(1);
    await storeCancellation(bot.redis, asked.id, "1"); // and the call itself is lost
    expect(await bot.answer(asked)).toEqual({ ended: "failed", reason: { message: "cancelled" } });
  });
});

describe("a worker that is told to stop while Redis is away", () => {
  it("leaves all the same, and the request is answered later", async () => {
    const stopped = spawnWorker(20, 100);
    const asked = await bot.ask("a star", { steps: 100 });
    await untilRenders(1);
    process.kill(server.pid, "SIGSTOP");
    stopped.kill("SIGTERM");
    const [code] = await once(stopped, "exit");
    process.kill(server.pid, "SIGCONT");
    expect(code).toBe(0);
    startWorker(1);
    expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
  });
});

describe("two workers", () => {
  it("share a pile of requests, and each is rendered and answered once", async () => {
    startWorker();
    startWorker();
    const asked = await Promise.all(
      Array.from({ length: 30 }, (_, i) => bot.ask(`star ${i}`, { recipe: i % 2 ? "bf16" : "torchao-int8" })),
    );
    for (const one of asked) expect(await bot.answer(one)).toMatchObject({ ended: "rendered" });
    expect(bot.answers).toHaveLength(30);
    expect(renders()).toBe(30);
  });
});
