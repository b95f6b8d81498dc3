/** Every sentence of the quiz's verdicts. None says 'the same': no study can show that. */
import { fixed, percent as percentOf, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);

/** Exact enough to compare with the thresholds, never rounded to zero. */
const pValue = (p: number) => (p < 0.001 ? "p < 0.001" : `p = ${fixed(p, 3)}`);

const canTell = (backend: string) => `that people here can tell \`${backend}\` from the original`;

export const quiz = {
  unfinished: (done: number, planned: number) =>
    `**Unfinished** · ${done} of ${planned} rounds. Counts and intervals only: the verdict comes once, when the study ends.`,
  evidence: {
    "very-strong": (backend: string) => `There is very strong evidence ${canTell(backend)}.`,
    strong: (backend: string) => `There is strong evidence ${canTell(backend)}.`,
    moderate: (backend: string) => `There is moderate evidence ${canTell(backend)}.`,
    weak: (backend: string) => `There is only weak evidence ${canTell(backend)}.`,
    none: (backend: string) => `There is no evidence ${canTell(backend)}.`,
  },
  figures: (
    correct: number,
    votes: number,
    members: number,
    rounds: number,
    interval: { lower: number; upper: number },
    adjustedP: number,
  ) =>
    `${correct} of ${s(votes, "vote")} ${correct === 1 || votes === 1 ? "was" : "were"} right (${percent(correct / votes)}; 95% interval ${percent(interval.lower)} to ${percent(interval.upper)}; ${pValue(adjustedP)}), by ${s(members, "member")} over ${s(rounds, "round")}. Guessing gives 50%.`,
  reversed: (backend: string) =>
    `Votes were right less often than guessing: people took the original for the quantized picture rather than \`${backend}\`.`,
  equivalent: (backend: string) =>
    `The detection rate of \`${backend}\`, whatever it is, is practically at chance: its whole interval lies within 45% to 55%.`,
  undecided: (backend: string) =>
    `That does not show that nobody can: the interval for \`${backend}\` reaches beyond 45% to 55%, so the study is too small to say.`,
};
