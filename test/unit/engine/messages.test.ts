import { describe, expect, it } from "vitest";
import { EngineError } from "../../../src/engine/errors.ts";
import { formatWorkerLine, parseEngineLine, VersionError } from "../../../src/engine/messages.ts";

const step = { kind: "step", request: 1, image: 0, step: 2, steps: 4 };

function failure(line: string): unknown {
  try {
    return parseEngineLine(line);
  } catch (error) {
    return error;
  }
}

describe("a line of the engine", () => {
  it("is taken with fields that this version does not know", () => {
    expect(parseEngineLine(JSON.stringify({ ...step, eta: 12 }))).toEqual(step);
  });

  it.each([
    ["no JSON", "Loading pipeline: 100%"],
    ["no object", "[1]"],
    ["an unknown kind", JSON.stringify({ ...step, kind: "hello" })],
    ["a missing field", JSON.stringify({ ...step, steps: undefined })],
    ["a wrong type", JSON.stringify({ ...step, image: -1 })],
  ])("is refused when it is %s", (_what, line) => {
    expect(failure(line)).toMatchObject({ code: "garbled", retryable: true });
  });

  it("is refused without being quoted: it may hold a prompt", () => {
    const error = failure(JSON.stringify({ kind: "step", request: "my secret prompt" }));
    expect(error).toBeInstanceOf(EngineError);
    expect(String(error)).not.toContain("secret");
  });

  it("is refused by its version before its other fields are looked at", () => {
    const ready = { kind: "ready", protocol: { major: 3, minor: 1 }, everything: "else has changed" };
    const error = failure(JSON.stringify(ready));
    expect(error).toBeInstanceOf(VersionError);
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining("3.1") });
  });
});

describe("a line to the engine", () => {
  const generate = {
    kind: "generate" as const,
    request: 3,
    recipe: "bf16",
    prompt: 'a "star"\u2028on\ntwo lines',
    width: 256,
    height: 256,
    steps: 4,
    guidance: 3.5,
    noise: [[{ seed: Number.MAX_SAFE_INTEGER, weight: 1 }]],
  };

  it("is one line whatever the prompt holds", () => {
    const line = formatWorkerLine(generate);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual(generate);
  });

  it("is not sent when it would break the protocol: the request is refused, not the engine lost", () => {
    expect(() => formatWorkerLine({ ...generate, prompt: "" })).toThrow(
      expect.objectContaining({ code: "bad_request", retryable: false }),
    );
  });
});
