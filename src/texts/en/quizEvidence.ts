/** What /quiz evidence says: figures of a study, complete or not. */
import { fixed, percent as percentOf, pValue, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);

export interface Interval {
  lower: number;
  upper: number;
}

const range = ({ lower, upper }: Interval) => `${percent(lower)} to ${percent(upper)}`;

interface Figures {
  backend: string;
  rounds: number;
  votes: number;
  correct: number;
  members: number;
  wilson: Interval;
  clopperPearson: Interval;
  interval: Interval;
  dPrime: { estimate: number; lower: number; upper: number } | undefined;
}

export const quizEvidence = {
  backend: ({
    backend,
    rounds,
    votes,
    correct,
    members,
    wilson,
    clopperPearson,
    interval,
    dPrime,
  }: Figures) =>
    `- \`${backend}\` · ${correct} of ${s(votes, "vote")} right: **${percent(correct / votes)}**, interval **${range(interval)}** · ${s(rounds, "round")}, ${s(members, "member")}` +
    `\n-# Wilson ${range(wilson)}, Clopper-Pearson ${range(clopperPearson)}${dPrime ? `, d' ${fixed(dPrime.estimate, 2)} (${fixed(dPrime.lower, 2)} to ${fixed(dPrime.upper, 2)})` : ""}`,
  nothing: "No round with votes is revealed yet.",
  more: (count: number) => `… and ${s(count, "more backend")}, in \`/quiz export\`.`,
  complete: "Complete. Guessing gives 50%.",
  stopped: "Stopped without a verdict: counts and intervals only, and no test.",
  noVerdict: "Another question with another chance level: it enters no verdict on a backend.",
  intervals:
    "-# Intervals are for 95% and take rounds and members as samples; Wilson and Clopper-Pearson take votes as independent, so they are too narrow here.",
  sham: (rounds: number, correct: number, votes: number, interval: Interval, p: number | undefined) =>
    `Controls: ${s(rounds, "round")}, ${correct} of ${s(votes, "vote")} on the other execution (${percent(correct / votes)}; ${range(interval)}${p === undefined ? "" : `; ${pValue(p)}`}). Nothing but rounding tells it, so 50% is what is expected.`,
  positions: (shares: { letter: string; share: number; interval: Interval }[], p: number | undefined) =>
    `-# Position in controls: ${shares.map(({ letter, share, interval }) => `${letter} ${percent(share)} (${range(interval)})`).join(", ")}${p === undefined ? "" : `; ${pValue(p)}`}`,
  chartTitle: (unfinished: boolean): string =>
    unfinished ? "How often members can tell (unfinished)" : "How often members can tell",
  chartSubtitle: (study: string) => `Study ${study}. 95% intervals, rounds and members as samples.`,
  memoryAxis: "Transformer weights, MiB",
  rateAxis: "Votes that were right, %",
  chance: "guessing",
  alt: (points: { label: string; memory: number; rate: number; lower: number; upper: number }[]) =>
    `Detection rate against memory, with a line at 50%, which guessing gives. ${points
      .map(
        ({ label, memory, rate, lower, upper }) =>
          `${label}: ${fixed(memory, 1)} MiB, ${percent(rate / 100)} (${fixed(lower, 1)} to ${fixed(upper, 1)})`,
      )
      .join("; ")}.`,
};
