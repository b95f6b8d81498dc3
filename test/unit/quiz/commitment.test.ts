/** Commit and reveal, checked as anybody would: with the documented line in a shell. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCommand, commit, type Mapping, verify } from "../../../src/quiz/commitment.ts";
import { drawOrder, drawSeed } from "../../../src/quiz/draw.ts";

const mapping: Mapping = {
  roundId: "r-17",
  trial: "two-picture",
  options: ["bf16", "gguf-q4_1"],
  answer: 1,
  seed: Number.MAX_SAFE_INTEGER,
};

describe("commitment", () => {
  it("is checked by the documented command", () => {
    const { hash, reveal } = commit(mapping);
    const printed = execFileSync("sh", ["-c", checkCommand(reveal)], { encoding: "utf8" });
    expect(printed.split(" ")[0]).toBe(hash);
  });

  it("gives the mapping back, whatever the order of its members", () => {
    const { hash, reveal } = commit({
      seed: 5,
      answer: 0,
      options: ["a", "b", "c"],
      trial: "sham",
      roundId: "r",
    });
    expect(verify(hash, reveal)).toEqual({
      valid: true,
      mapping: { roundId: "r", trial: "sham", options: ["a", "b", "c"], answer: 0, seed: 5 },
    });
    expect(reveal).toMatch(
      /^\{"answer":0,"options":\["a","b","c"\],"roundId":"r","salt":"[0-9a-f]{64}","seed":5,"trial":"sham"\}$/,
    );
  });

  it("fails on any change of one character, in the text or the hash", () => {
    const { hash, reveal } = commit(mapping);
    const changed = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1);
    for (const text of [reveal, hash])
      fc.assert(
        fc.property(fc.nat(text.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, by) => {
          if (by === text[at]) return;
          const other = changed(text, at, by);
          expect(text === reveal ? verify(hash, other) : verify(other, reveal)).toMatchObject({
            valid: false,
          });
        }),
      );
  });

  it("accepts no text that is another mapping to another reader", () => {
    const { reveal } = commit(mapping);
    for (const text of [
      reveal.replace("{", '{"answer":0,'),
      reveal.replace('"answer":1', '"answer":2'),
      `${reveal} `,
      "no JSON",
    ]) {
      const hash = createHash("sha256").update(text).digest("hex");
      expect(verify(hash, text)).toEqual({ valid: false, reason: "no-mapping" });
    }
  });

  it("has a new salt each time, so equal mappings look different", () => {
    expect(commit(mapping).hash).not.toBe(commit(mapping).hash);
  });

  it("refuses names that a shell would read, and an answer that is no option", () => {
    expect(() => commit({ ...mapping, roundId: "'; rm -rf" })).toThrow();
    expect(() => commit({ ...mapping, options: ["a b", "c"] })).toThrow();
    expect(() => commit({ ...mapping, answer: 2 })).toThrow();
  });
});

describe("draws", () => {
  it("orders are uniform", () => {
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw += 1) {
      const order = drawOrder(["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Six standard deviations: a false alarm about once in 10^8 runs.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(175);
  });

  it("seeds are whole, below 2^53, and use every bit", () => {
    const seeds = Array.from({ length: 400 }, drawSeed);
    expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
    for (let bit = 0; bit < 53; bit += 1) {
      const set = seeds.filter((seed) => Math.floor(seed / 2 ** bit) % 2 === 1).length;
      expect(Math.abs(set - 200), `bit ${bit}`).toBeLessThan(70);
    }
  });
});
