/** The values that test/reference/quiz.py wrote, with their shape. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const n = z.number();
const pair = z.tuple([n, n]);
const triple = z.tuple([n, n, n]);
const quadruple = z.tuple([n, n, n, n]);
const rounds = z.array(z.object({ votes: z.array(n), answer: n }));

const referenceSchema = z.object({
  versions: z.object({ scipy: z.string(), statsmodels: z.string(), numpy: z.string() }),
  distributions: z.object({
    beta: z.array(quadruple).min(1),
    normal: z.array(pair).min(1),
    student: z.array(triple).min(1),
  }),
  proportions: z
    .array(z.object({ successes: n, trials: n, confidence: n, wilson: pair, clopperPearson: pair }))
    .min(1),
  binomials: z.array(quadruple).min(1),
  randomisations: z.object({
    enumerated: z.array(z.object({ rounds, upper: n, twoSided: n })).min(1),
    convolved: z.array(z.object({ rounds, upper: n })).min(1),
  }),
  holms: z.array(z.tuple([z.array(n), z.array(n)])).min(1),
  dPrimes: z.array(triple).min(1),
  clusters: z.array(z.object({ votes: z.array(triple), confidence: n, lower: n, upper: n })).min(1),
});

export const reference = referenceSchema.parse(
  JSON.parse(readFileSync(new URL("../fixtures/quiz/reference.json", import.meta.url), "utf8")),
);
