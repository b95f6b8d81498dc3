import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Notice, noticeSchema, sentenceOf } from "../../../src/engine/notices.ts";
import { fromReason, toReason } from "../../../src/queue/reasons.ts";
import { told } from "../../../src/texts/notices.ts";
import { languages } from "../../../src/texts/texts.ts";

const golden = readFileSync(new URL("../../fixtures/protocol/notices.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => noticeSchema.parse(JSON.parse(line)));

// A German answer said why in English: the engine's reasons came as sentences.
describe.each(Object.entries(languages))("what an engine tells, in %s,", (_, t) => {
  it("has words for each notice", () => {
    for (const notice of golden) expect(sentenceOf(t.engine.said, notice), notice.message).toMatch(/\.$/);
  });

  it.each<[string, Notice]>([
    ["has no code", { message: "The disk is full." }],
    ["is of a newer engine", { code: "tensor_too_tall", message: "The disk is full." }],
    ["lacks what its sentence needs", { code: "decoded_in_tiles", params: {}, message: "The disk is full." }],
  ])("is quoted when it %s", (_what, notice) => {
    expect(told(t, notice)).toBe(t.engine.quoted("The disk is full."));
  });
});

describe("why a render failed", () => {
  it("comes back as it was stored", () => {
    for (const notice of golden) expect(fromReason(toReason(notice))).toEqual(notice);
  });

  it("is told where BullMQ gave the job up, or an older version wrote it", () => {
    expect(fromReason("job stalled more than allowable limit")).toMatchObject({ code: "worker_gone" });
    expect(fromReason("No such size.")).toEqual({ message: "No such size." });
    expect(fromReason('{"a": 1}')).toEqual({ message: '{"a": 1}' });
  });
});
