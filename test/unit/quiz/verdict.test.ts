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

  it("incident: every vote was right, and it said that there is no evidence", () => {
    const backends = Array.from({ length: 14 }, (_, index) => `b${index}`);
    const rounds = backends.flatMap((backend) =>
      roundsAt(1, 12, 1, 3).map((round) => ({ ...round, id: `${backend}-${round.id}`, backend })),
    );
    const found = studyVerdict(studyResult({ backends, prompts: ["a fox"], rounds: 3 }, rounds), en);
    if (found.state !== "complete") throw new Error("the study is not complete");
    for (const { sentences } of found.verdicts) {
      expect(sentences.join(" ")).not.toContain("no evidence");
      expect(sentences[0]).toContain(
        "can't be said: with 3 rounds of it, even if every vote is right, p = 1.000",
      );
    }
  });

  it("incident: three rounds of wrong votes, one in eight by chance, were said to be reversed", () => {
    const three: Study = { ...study, rounds: 3 };
    const result = studyResult(three, roundsAt(0, 20, 1, 3));
    expect(result).toMatchObject({ state: "complete", backends: [{ reversed: false, correct: 0 }] });
  });

  it("incident: figures contradicted their sentences, 0.0498 as 'moderate' with p = 0.050", () => {
    const outcome = { correct: 247, votes: 494, members: 13, rounds: 38, prompts: 16 };
    const interval = { lower: 0.44984, upper: 0.55016 };
    const said = en.quiz.figures({ ...outcome, interval, adjustedP: 0.0498046875 });
    expect(said).toContain("44.98% to 55.02%; p = 0.0498)");
    expect(said).toContain("on 16 prompts");
    expect(en.units.pValue(0.0996)).toBe("p = 0.0996");
    expect(en.units.pValue(0.0500001)).toBe("p = 0.0500001");
    expect(en.units.pValue(0.05)).toBe("p = 0.050");
    expect(en.units.pValue(0.2345)).toBe("p = 0.235");
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
          if (equivalent) expect(within).toBe(true);
          expect(text.includes("practically at chance")).toBe(equivalent);
          expect(text).not.toMatch(/\bsame\b|identical|indistinguishable|no difference/i);
        },
      ),
      { numRuns: 60 },
    );
  });
});
