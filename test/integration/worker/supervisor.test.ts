import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { Supervisor } from "../../../src/engine/supervisor.ts";
import { fakeEngine, Journal, LIMITS, POLICY, silent } from "../../support/engine.ts";

const never = new AbortController().signal;
const until = <T>(condition: () => T) => vi.waitUntil(condition, { timeout: 10_000, interval: 10 });
let journal: Journal;
let supervisor: Supervisor;
let first: Engine;

// The incident: an engine that was given up but had not exited yet, because CUDA's teardown takes seconds or because
// the driver held it for good, stayed `ready`: the same render came to it again and failed, or never ended.
beforeEach(async () => {
  journal = new Journal();
  supervisor = new Supervisor({
    device: "cuda:0",
    command: fakeEngine({ journal: journal.path }),
    limits: LIMITS,
    policy: POLICY,
    logger: silent,
    onChange: () => {},
  });
  const engine = await supervisor.whenReady(never);
  if (!engine) throw new Error("whenReady was not aborted");
  first = engine;
  // The process outlives its SIGKILL, as one that is stuck in a device's driver does.
  vi.spyOn(process, "kill").mockImplementation(() => true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  if (supervisor.pid) process.kill(supervisor.pid, "SIGKILL");
  await supervisor.stop(500);
  journal.remove();
});

function render(prompt: string): Promise<unknown> {
  const noise = [[{ seed: 1, weight: 1 }]];
  const request = { recipe: "bf16", prompt, width: 32, height: 16, steps: 1, guidance: 3.5, noise };
  return first.generate(request, { signal: never });
}

describe("an engine that was given up and does not exit", () => {
  it("takes nothing more from that moment, and no other is started beside it until it has exited", async () => {
    await expect(render("garbage")).rejects.toMatchObject({ code: "garbled" });
    expect(supervisor.status.state).toBe("starting");
    expect(supervisor.pool).toBeUndefined();
    await expect(render("garbage")).rejects.toMatchObject({ code: "died", retryable: true });

    const status = await until(() => supervisor.status.state === "failing" && supervisor.status);
    expect(status).toMatchObject({ problem: expect.stringContaining(`process ${first.pid} does not exit`) });
    expect(journal.entries("start")).toHaveLength(1);

    vi.restoreAllMocks();
    process.kill(first.pid ?? 0, "SIGKILL");
    const next = await supervisor.whenReady(never);
    expect(next?.pid).not.toBe(first.pid);
    expect(journal.entries("start")).toHaveLength(2);
  });

  it("does not keep the worker from stopping, and a render that it holds ends", async () => {
    const ended = expect(render("deaf")).rejects.toMatchObject({ code: "hung", retryable: true });
    await until(() => journal.entries("generate").length > 0);
    await supervisor.stop(50);
    await ended;
  });
});
