/** Against SciPy and statsmodels: test/reference/quiz.py made the values, with the versions that the fixture names. */
import { describe, expect, it } from "vitest";
import { clusterInterval } from "../../../src/quiz/statistics/clusters.ts";
import {
  betaQuantile,
  binomialUpperTail,
  normalQuantile,
  studentQuantile,
} from "../../../src/quiz/statistics/distributions.ts";
import { dPrime } from "../../../src/quiz/statistics/dPrime.ts";
import { holm } from "../../../src/quiz/statistics/holm.ts";
import { memberTest } from "../../../src/quiz/statistics/memberTest.ts";
import { clopperPearson, wilson } from "../../../src/quiz/statistics/proportion.ts";
import { randomisationTest } from "../../../src/quiz/statistics/randomisation.ts";
import { reference } from "../../support/quizReference.ts";

/** 1e-9, relative to values beyond 1. */
function close(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} for ${expected}`).toBeLessThanOrEqual(
    1e-9 * Math.max(1, Math.abs(expected)),
  );
}

describe("to 1e-9 of SciPy and statsmodels", () => {
  it("quantiles", () => {
    for (const [p, a, b, value] of reference.distributions.beta) close(betaQuantile(p, a, b), value);
    for (const [p, value] of reference.distributions.normal) close(normalQuantile(p), value);
    for (const [p, df, value] of reference.distributions.student) close(studentQuantile(p, df), value);
  });

  it("Wilson and Clopper-Pearson", () => {
    for (const row of reference.proportions) {
      const w = wilson(row.successes, row.trials, row.confidence);
      const c = clopperPearson(row.successes, row.trials, row.confidence);
      close(w.lower, row.wilson[0]);
      close(w.upper, row.wilson[1]);
      close(c.lower, row.clopperPearson[0]);
      close(c.upper, row.clopperPearson[1]);
    }
  });

  it("binomial test of one member", () => {
    for (const [successes, trials, options, p] of reference.binomials) {
      close(binomialUpperTail(successes, trials, 1 / options), p);
      const votes = Array.from({ length: trials }, (_, index) => ({
        roundId: `r${index}`,
        correct: index < successes,
      }));
      close(memberTest(votes, options), p);
    }
  });

  it("randomisation test, by enumeration of every assignment and by convolution", () => {
    for (const { rounds, upper, twoSided } of reference.randomisations.enumerated) {
      const test = randomisationTest(rounds);
      close(test.upper, upper);
      close(test.twoSided, twoSided);
    }
    for (const { rounds, upper } of reference.randomisations.convolved)
      close(randomisationTest(rounds).upper, upper);
  });

  it("Holm", () => {
    for (const [given, adjusted] of reference.holms)
      holm(given).forEach((p, index) => {
        close(p, adjusted[index] ?? Number.NaN);
      });
  });

  it("d'", () => {
    for (const [correct, trials, value] of reference.dPrimes)
      close(dPrime(correct, trials, { lower: 0, upper: 1 }).estimate, value);
  });

  it("two-way cluster-robust interval", () => {
    for (const { votes, confidence, lower, upper } of reference.clusters) {
      const interval = clusterInterval(
        votes.map(([round, member, success]) => ({
          roundId: `r${round}`,
          memberId: `m${member}`,
          success: success === 1,
        })),
        confidence,
      );
      close(interval.lower, lower);
      close(interval.upper, upper);
    }
  });
});
