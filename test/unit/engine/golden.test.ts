/** The messages of test/fixtures/protocol, which the Python engine's tests read too: both sides mean the same. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { formatWorkerLine, parseEngineLine } from "../../../src/engine/messages.ts";
import { engineMessageSchema, workerMessageSchema } from "../../../src/engine/protocol.ts";

const read = (name: string) =>
  readFileSync(new URL(`../../fixtures/protocol/${name}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n");

const kindsOf = (lines: string[]) => new Set(lines.map((line) => JSON.parse(line).kind));

describe("the golden messages", () => {
  it("of the engine are understood", () => {
    for (const line of read("engine")) expect(JSON.parse(line)).toMatchObject(parseEngineLine(line));
  });

  it("of the worker are written as they stand there", () => {
    for (const line of read("worker")) {
      const message = workerMessageSchema.parse(JSON.parse(line));
      expect(JSON.parse(formatWorkerLine(message))).toEqual(JSON.parse(line));
    }
  });

  it("leave out no kind", () => {
    const kinds = (schema: typeof engineMessageSchema | typeof workerMessageSchema) =>
      new Set(schema.options.map((option) => option.shape.kind.value));
    expect(kindsOf(read("engine"))).toEqual(kinds(engineMessageSchema));
    expect(kindsOf(read("worker"))).toEqual(kinds(workerMessageSchema));
  });

  const invalidSchema = z.object({ from: z.enum(["engine", "worker"]), why: z.string(), line: z.string() });
  const invalid = read("invalid").map((line) => invalidSchema.parse(JSON.parse(line)));

  it.each(invalid)("that $from must not say are refused: $why", ({ from, line }) => {
    if (from === "engine") expect(() => parseEngineLine(line)).toThrow();
    else expect(() => formatWorkerLine(JSON.parse(line))).toThrow();
  });
});
