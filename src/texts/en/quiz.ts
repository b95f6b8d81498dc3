/** Every sentence of the quiz's verdicts. None says 'the same': no study can show that. */
import { digitsApart } from "../digits.ts";
import { percent as percentOf, pValue, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);
/** On its side of chance and of the margin around it. */
const limit = (share: number) => percentOf(share, digitsApart(100 * share, [45, 50, 55], 1));

export interface Outcome {
  correct: number;
  votes: number;
  members: number;
  rounds: number;
  prompts: number;
  interval: { lower: number; upper: number };
  adjustedP: number;
}

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
  tooFewRounds: (backend: string, rounds: number, leastP: number) =>
    `Whether people here can tell \`${backend}\` from the original can't be said: with ${s(rounds, "round")} of it, even if every vote is right, ${pValue(leastP)}.`,
  figures: ({ correct, votes, members, rounds, prompts, interval, adjustedP }: Outcome) =>
    `${correct} of ${s(votes, "vote")} ${correct === 1 || votes === 1 ? "was" : "were"} right (${percent(correct / votes)}; 95% interval ${limit(interval.lower)} to ${limit(interval.upper)}; ${pValue(adjustedP)}), by ${s(members, "member")} over ${s(rounds, "round")} on ${s(prompts, "prompt")}. Guessing gives 50%.`,
  reversed: (backend: string) =>
    `Votes were right less often than guessing: people took the original for the quantized picture rather than \`${backend}\`.`,
  equivalent: (backend: string) =>
    `The detection rate of \`${backend}\`, whatever it is, is practically at chance: its whole interval lies within 45% to 55%, and would with one more round and one more member of one mind.`,
  undecided: (backend: string) =>
    `That does not show that nobody can: the interval for \`${backend}\` reaches beyond 45% to 55%, or could with one more round and member, so the study is too small to say.`,
};
