import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  Engine,
  type EngineExit,
  type EngineFetching,
  type EngineReady,
} from "../../../src/engine/engine.ts";
import type { GenerateRequest, RenderProgress } from "../../../src/engine/rendering.ts";
import type { WatchdogLimits } from "../../../src/engine/watchdog.ts";
import { fakeEngine, isAlive, Journal, LIMITS, silent } from "../../support/engine.ts";

const never = new AbortController().signal;
let journal: Journal;
let engine: Engine;
let ready: EngineReady | undefined;
let exit: EngineExit | undefined;
let fetched: EngineFetching[] = [];

function start(options: Record<string, string> = {}, limits: Partial<WatchdogLimits> = {}): void {
  const command = fakeEngine({ journal: journal.path, ...options });
  engine = new Engine(command, { ...LIMITS, ...limits }, silent, {
    onFetching: (message) => fetched.push(message),
    onReady: (message) => {
      ready = message;
    },
    onPool: () => {},
    onGivenUp: () => {},
    onExit: (message) => {
      exit = message;
    },
  });
}

const untilReady = () => vi.waitUntil(() => ready, { timeout: 10_000, interval: 10 });
const untilExit = () => vi.waitUntil(() => exit, { timeout: 10_000, interval: 10 });

function request(prompt: string, images = 2): GenerateRequest {
  const noise = Array.from({ length: images }, (_, i) => [{ seed: 40 + i, weight: 1 }]);
  return { recipe: "bf16", prompt, width: 32, height: 16, steps: 3, guidance: 3.5, noise };
}

beforeEach(() => {
  journal = new Journal();
  ready = undefined;
  exit = undefined;
  fetched = [];
});
afterEach(async () => {
  await engine.shutdown(500);
  journal.remove();
});

describe("a healthy engine", () => {
  beforeEach(async () => {
    start();
    await untilReady();
  });

  it("renders: loading and each step are told, images come one by one and all together in order", async () => {
    const progress: RenderProgress[] = [];
    const early: number[] = [];
    const rendered = await engine.generate(request("a star"), {
      signal: never,
      onProgress: (now) => progress.push(now),
      onImage: (index, image) => early.push(index, image.rgb[0] ?? -1),
    });
    expect(rendered.images.map(({ width, height, rgb }) => [width, height, rgb.length, rgb[0]])).toEqual([
      [32, 16, 1536, 40],
      [32, 16, 1536, 41],
    ]);
    expect(early).toEqual([0, 40, 1, 41]);
    expect(progress[0]).toEqual({ phase: "loading", from: "disk" });
    expect(progress.slice(1)).toEqual(
      [0, 1].flatMap((image) => [1, 2, 3].map((step) => ({ phase: "rendering", image, step, steps: 3 }))),
    );
    expect(rendered.stats.memory.measure).toBe("process-rss");
  });

  it("is cancelled in mid-request and renders the next one", async () => {
    const cancel = new AbortController();
    const rendering = engine.generate(request("a star"), {
      signal: cancel.signal,
      onProgress: ({ phase }) => phase === "rendering" && cancel.abort(),
    });
    await expect(rendering).rejects.toMatchObject({ code: "cancelled", retryable: false });
    await expect(engine.generate(request("a moon"), { signal: never })).resolves.toBeDefined();
    expect(exit).toBeUndefined();
  });

  it("passes a refusal on with the engine's words, and lives on", async () => {
    await expect(engine.generate(request("refuse"), { signal: never })).rejects.toMatchObject({
      code: "bad_request",
      message: "No such size.",
      retryable: false,
    });
    await expect(engine.generate(request("a moon"), { signal: never })).resolves.toBeDefined();
  });

  it("refuses to send a request that breaks the protocol, and stays usable", async () => {
    await expect(engine.generate(request(""), { signal: never })).rejects.toThrow();
    await expect(engine.generate(request("a moon"), { signal: never })).resolves.toBeDefined();
  });

  it("leaves when it is told to", async () => {
    await engine.shutdown(5000);
    expect(exit).toMatchObject({ what: "ended with exit code 0" });
    await expect(engine.generate(request("a moon"), { signal: never })).rejects.toMatchObject({
      code: "died",
    });
  });
});

describe.each([
  ["hang", "hung", "made no step"],
  ["mute", "hung", "gave no sign of life"],
  ["garbage", "garbled", "no protocol message"],
  ["unknown-kind", "garbled", "broke the protocol"],
  ["die", "died", "SIGKILL"],
  ["short", "garbled", "after 1 of 2 images"],
  ["extra", "garbled", "image 2 of 2"],
  ["half-frame", "garbled", "1 of 2 images whole"],
  ["wrong-size", "garbled", "64 x 16"],
])("an engine that meets '%s'", (fault, code, words) => {
  it("fails the request as retryable, with what happened, and its process is gone", async () => {
    start({}, fault === "mute" ? { silenceMs: 1200 } : { progressMs: 1200 });
    await untilReady();
    const asked = fault === "half-frame" ? request(fault, 1) : request(fault);
    await expect(engine.generate(asked, { signal: never })).rejects.toMatchObject({
      code,
      retryable: true,
      message: expect.stringContaining(fault === "half-frame" ? "0 of 1 images whole" : words),
    });
    await untilExit();
    expect(isAlive(engine.pid ?? 0)).toBe(false);
  });
});

describe("an engine that can't start", () => {
  it.each([
    ["die", "ended with exit code 3", false],
    ["load-error", "ended with exit code 4", true],
    ["silent", "gave no sign of life", false],
    ["never-ready", "was not ready after", false],
    ["other-kind", "broke the protocol", false],
    ["other-major", "speaks protocol 99.0", true],
  ])("'%s' ends with the reason, and says whether trying again is of use", async (fault, what, hopeless) => {
    start({ start: fault }, { startSilenceMs: 1500, startMs: 2500 });
    await untilExit();
    expect(exit).toMatchObject({ what: expect.stringContaining(what), hopeless });
    expect(ready).toBeUndefined();
  });

  it("has all the time that a download takes, as long as it goes on", async () => {
    start({ start: "fetching" }, { startMs: 1500 });
    await untilReady();
    expect(fetched.at(-1)).toMatchObject({ name: "someone/FLUX", doneBytes: 30_000, totalBytes: 30_000 });
  });

  it("gives its own sentence, or the last line of its log", async () => {
    start({ start: "load-error" });
    await untilExit();
    expect(exit?.message).toBe("The model folder holds no transformer.");
    exit = undefined;
    start({ start: "die" });
    await untilExit();
    expect(exit).toMatchObject({ message: undefined, lastLine: "ImportError: no module named torch" });
  });

  it("says that the program does not exist", async () => {
    engine = new Engine({ command: "/nowhere/python", args: [], cwd: "/", env: {} }, LIMITS, silent, {
      onFetching: () => {},
      onReady: () => {},
      onPool: () => {},
      onGivenUp: () => {},
      onExit: (message) => {
        exit = message;
      },
    });
    await untilExit();
    expect(exit).toMatchObject({ what: expect.stringContaining("could not be started"), hopeless: true });
  });
});
