/**
 * What may be said of a study. Words by the strength of evidence: Muff, Nilsen, O'Hara and Nater (2022), Rewriting
 * results sections in the language of evidence. A large p value is 'no evidence that', never 'the same': Altman and
 * Bland (1995), Absence of evidence is not evidence of absence. Closeness to chance is claimed from the interval
 * alone, and it is closeness within the margin, not sameness.
 */
import type { Texts } from "../texts/texts.ts";
import { SIGNIFICANT } from "./reach.ts";
import type { BackendOutcome, StudyResult } from "./study.ts";

export type Strength = "very-strong" | "strong" | "moderate" | "weak" | "none";

const WEAK = 0.1;

/** Of evidence that the backend can be told; p values adjusted over the study's backends. */
const STRENGTHS = [
  { below: 0.001, strength: "very-strong" },
  { below: 0.01, strength: "strong" },
  { below: SIGNIFICANT, strength: "moderate" },
  { below: WEAK, strength: "weak" },
] as const;

export interface Verdict {
  backend: string;
  strength: Strength;
  /** Only this lets a moderator make it the default. */
  equivalent: boolean;
  reversed: boolean;
  sentences: string[];
}

export type StudyVerdict =
  | { state: "unfinished"; sentences: string[] }
  | { state: "complete"; verdicts: Verdict[] };

export function studyVerdict(result: StudyResult, t: Texts): StudyVerdict {
  if (result.state === "unfinished")
    return { state: "unfinished", sentences: [t.quiz.unfinished(result.done, result.planned)] };
  return { state: "complete", verdicts: result.backends.map((outcome) => verdict(outcome, t)) };
}

export function strengthOf(adjustedP: number): Strength {
  return STRENGTHS.find(({ below }) => adjustedP < below)?.strength ?? "none";
}

function verdict(outcome: BackendOutcome, t: Texts): Verdict {
  const { backend, adjustedP, leastP, rounds, equivalent, reversed } = outcome;
  const strength = strengthOf(adjustedP);
  const sentences = [
    leastP < WEAK ? t.quiz.evidence[strength](backend) : t.quiz.tooFewRounds(backend, rounds, leastP),
    t.quiz.figures(outcome),
  ];
  if (reversed) sentences.push(t.quiz.reversed(backend));
  if (equivalent) sentences.push(t.quiz.equivalent(backend));
  else if (strength === "none" && !reversed) sentences.push(t.quiz.undecided(backend));
  return { backend, strength, equivalent, reversed, sentences };
}
