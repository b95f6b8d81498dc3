import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Noise } from "../../../src/engine/protocol.ts";
import {
  canVary,
  STRENGTHS,
  variationOf,
  variationsOf,
  variedBy,
} from "../../../src/generation/variations.ts";
import { request } from "../../support/request.ts";

const plain: Noise = [{ seed: 7, weight: 1 }];
const norm = (noise: Noise) => Math.hypot(...noise.map(({ weight }) => weight));

describe("variations of a picture", () => {
  it("keep unit variance and the picture's share, however often they are varied", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("slight" as const, "strong" as const), { maxLength: 3 }),
        (path) => {
          let noise = plain;
          let kept = 1;
          for (const strength of path) {
            noise = variationsOf(noise, strength)[0] ?? plain;
            kept *= Math.sqrt(1 - STRENGTHS[strength] ** 2);
          }
          expect(norm(noise)).toBeCloseTo(1, 12);
          expect(noise[0]?.weight).toBeCloseTo(kept, 12);
          expect(variedBy(noise)).toBeCloseTo(Math.sqrt(1 - kept ** 2), 6);
        },
      ),
    );
  });

  it("start from fresh seeds, and end where the engine's four parts do", () => {
    const four = variationsOf(plain, "slight");
    expect(new Set(four.map((noise) => noise[1]?.seed)).size).toBe(4);
    let noise = plain;
    for (let times = 0; times < 3; times++) {
      expect(canVary(noise)).toBe(true);
      noise = variationsOf(noise, "strong")[0] ?? plain;
    }
    expect(canVary(noise)).toBe(false);
  });

  it.each(["", "1-slight", "0-wild", "x-slight", "0"])("are refused for %j", (value) => {
    expect(() => variationOf(request(), value)).toThrow(/no such variation/);
  });
});
