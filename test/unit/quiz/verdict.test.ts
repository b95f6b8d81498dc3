/** What is said of a study, and what must never be said. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Study, type StudyRound, studyResult } from "../../../src/quiz/study.ts";
import { strengthOf, studyVerdict } from "../../../src/quiz/verdict.ts";
import { en } from "../../../src/texts/en/index.ts";
import { seededRandom, simulateRounds } from "../../bench/quiz/community.ts";

const study: Study = { backends: ["nf4"], prompts: ["a fox"], rounds: 40 };

const roundsAt = (rate: number, members: number, seed = 1, rounds = 40): StudyRound[] =>
  simulateRounds({ members, rounds, rate, skillSd: 0, tasteSd: 0 }, seededRandom(seed)).map((round) => ({
    ...round,
    backend: "nf4",
  }));

function verdictOf(rounds: StudyRound[]) {
  const verdict = studyVerdict(studyResult(study, rounds), en);
  if (verdict.state !== "complete" || !verdict.verdicts[0]) throw new Error("the study is not complete");
  return { ...verdict.verdicts[0], text: verdict.verdicts[0].sentences.join(" ") };
}

describe("a study", () => {
  it("is unfinished, without any p value, until its last round", () => {
    const result = studyResult(study, roundsAt(0.9, 20).slice(1));
    expect(result).toMatchObject({ state: "unfinished", done: 39, planned: 40 });
    expect(JSON.stringify(result)).not.toMatch(/"(p|adjustedP|equivalent)":/);
    expect(studyVerdict(result, en)).toMatchObject({ state: "unfinished" });
  });

  it("does not count rounds without a vote", () => {
    const rounds = roundsAt(0.9, 20).map((round, index) => (index === 3 ? { ...round, votes: [] } : round));
    expect(studyResult(study, rounds)).toMatchObject({ state: "unfinished", done: 39 });
  });

  it("adjusts over its backends and needs every one complete", () => {
    const two: Study = { ...study, backends: ["nf4", "int8"] };
    const nf4 = roundsAt(0.58, 20);
    const int8 = roundsAt(0.58, 20, 2).map((round) => ({ ...round, id: `i${round.id}`, backend: "int8" }));
    expect(studyResult(two, nf4).state).toBe("unfinished");
    const result = studyResult(two, [...nf4, ...int8]);
    if (result.state !== "complete") throw new Error("the study is not complete");
    const smaller = Math.min(...result.backends.map((backend) => backend.p));
    expect(result.backends.find((backend) => backend.p === smaller)?.adjustedP).toBeCloseTo(2 * smaller, 12);
  });

  it("refuses rounds that are not its own", () => {
    const [round] = roundsAt(0.5, 3);
    if (!round) throw new Error("no round");
    const vote = { memberId: "m", choice: 0 };
    for (const rounds of [
      [{ ...round, backend: "int8" }],
      [{ ...round, answer: 2 }],
      [{ ...round, votes: [{ ...vote, choice: 3 }] }],
      [{ ...round, votes: [vote, vote] }],
      [round, round],
      roundsAt(0.5, 3, 1, 41).map((one) => ({ ...one, votes: [vote] })),
    ])
      expect(() => studyResult(study, rounds)).toThrow(RangeError);
    expect(() => studyResult({ ...study, backends: [] }, [])).toThrow(RangeError);
  });
});

describe("the verdict", () => {
  it("grows with the evidence", () => {
    expect([0.0005, 0.005, 0.03, 0.07, 0.5].map(strengthOf)).toEqual([
      "very-strong",
      "strong",
      "moderate",
      "weak",
      "none",
    ]);
    expect(verdictOf(roundsAt(0.8, 20))).toMatchObject({ strength: "very-strong", equivalent: false });
  });

  it("of a small study at chance is no evidence, and says that this shows nothing", () => {
    const small = verdictOf(roundsAt(0.5, 10));
    expect(small).toMatchObject({ strength: "none", equivalent: false });
    expect(small.text).toContain("There is no evidence that people here can tell");
    expect(small.text).toContain("That does not show that nobody can");
  });

  it("of a large study at chance claims closeness, within the margin", () => {
    const large = verdictOf(roundsAt(0.5, 300));
    expect(large.equivalent).toBe(true);
    expect(large.text).toContain("practically at chance");
  });

  it("of a community that picks the original says so", () => {
    const reversed = verdictOf(roundsAt(0.2, 20));
    expect(reversed).toMatchObject({ strength: "none", reversed: true, equivalent: false });
    expect(reversed.text).toContain("less often than guessing");
    expect(reversed.text).not.toContain("too small");
  });

  it("never says 'the same', and claims closeness only from an interval within 45-55%", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer(),
        (rate, members, seed) => {
          const rounds = roundsAt(rate, members, seed);
          const result = studyResult(study, rounds);
          if (result.state === "unfinished") return;
          const [outcome] = result.backends;
          const { text, equivalent } = verdictOf(rounds);
          const within = outcome && outcome.interval.lower >= 0.45 && outcome.interval.upper <= 0.55;
          expect(equivalent).toBe(within);
          expect(text.includes("practically at chance")).toBe(within);
          expect(text).not.toMatch(/\bsame\b|identical|indistinguishable|no difference/i);
        },
      ),
      { numRuns: 60 },
    );
  });
});
