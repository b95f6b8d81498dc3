/**
 * What may be said of a study. Words by the strength of evidence: Muff, Nilsen, O'Hara and Nater (2022), Rewriting
 * results sections in the language of evidence. A large p value is 'no evidence that', never 'the same': Altman and
 * Bland (1995), Absence of evidence is not evidence of absence. Closeness to chance is claimed from the interval
 * alone, and it is closeness within the margin, not sameness.
 */
import type { Texts } from "../texts/texts.ts";
import type { BackendOutcome, StudyResult } from "./study.ts";

export type Strength = "very-strong" | "strong" | "moderate" | "weak" | "none";

/** Of evidence that the backend can be told; p values adjusted over the study's backends. */
const STRENGTHS = [
  { below: 0.001, strength: "very-strong" },
  { below: 0.01, strength: "strong" },
  { below: 0.05, strength: "moderate" },
  { below: 0.1, strength: "weak" },
] as const;

export interface Verdict {
  backend: string;
  strength: Strength;
  /** The whole interval lies within the margin around chance: only this lets a moderator make it the default. */
  equivalent: boolean;
  /** The whole interval lies below chance: people took the original for the quantized one. */
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
  const { backend, interval, adjustedP, equivalent } = outcome;
  const strength = strengthOf(adjustedP);
  const reversed = interval.upper < 0.5;
  const sentences = [
    t.quiz.evidence[strength](backend),
    t.quiz.figures(outcome.correct, outcome.votes, outcome.members, outcome.rounds, interval, adjustedP),
  ];
  if (reversed) sentences.push(t.quiz.reversed(backend));
  if (equivalent) sentences.push(t.quiz.equivalent(backend));
  else if (strength === "none" && !reversed) sentences.push(t.quiz.undecided(backend));
  return { backend, strength, equivalent, reversed, sentences };
}
