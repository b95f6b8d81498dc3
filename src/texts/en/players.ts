/** What /quiz leaderboard, /quiz me and /quiz export say. */
import { percent as percentOf, pValue, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);

export interface Trial {
  mode: "two-picture" | "find-original";
  options: number;
}

const question = ({ mode, options }: Trial) =>
  mode === "two-picture" ? "Which one is quantized?" : `Find the original among ${options}`;

export const players = {
  title: (season: string | undefined) =>
    season === undefined ? "**Leaderboard of all seasons**" : `**Leaderboard of the season ${season}**`,
  table: (trial: Trial) => `__${question(trial)}__ · guessing gives ${percent(1 / trial.options)}`,
  place: (
    place: number,
    { memberId, correct, votes, lower }: { memberId: string; correct: number; votes: number; lower: number },
  ) =>
    `${place}. <@${memberId}> · ${correct} of ${votes} (${percent(correct / votes)}), lower limit ${percent(lower)}`,
  nobodyYet: (votes: number) => `Nobody has ${votes} votes yet.`,
  noVotes: "No round with votes is revealed yet.",
  order: (votes: number) =>
    `-# Ordered by the lower end of the 95% Wilson interval, from ${votes} votes on. It ranks and tests nothing: the best of many guessers looks good.`,
  ownTitle: "**Your votes in revealed rounds**",
  own: ({
    trial,
    votes,
    correct,
    interval,
    p,
    streak,
    longest,
  }: {
    trial: Trial;
    votes: number;
    correct: number;
    interval: { lower: number; upper: number };
    p: number;
    streak: number;
    longest: number;
  }) =>
    `__${question(trial)}__ · ${correct} of ${votes} right (${percent(correct / votes)}; 95% interval ${percent(interval.lower)} to ${percent(interval.upper)}) · as many or more by guessing: ${pValue(p)} · ${s(streak, "right answer")} in a row now, ${longest} at most`,
  ownNote:
    "-# Wilson interval and exact binomial test: right for one member's votes, one a round. Who looks after every round finds a small probability sooner or later.",
  noOwnVotes: "None of your votes is in a revealed round yet.",
  exported: (study: string, barred: boolean) =>
    `Everything of study \`${study}\`, without names.${barred ? " The answer of the round that is open is in it, so you can't vote in that round any more." : ""}`,
  altCsv: "The votes of a study, a line each, as CSV",
  altJson: "A study with its rounds and votes and what each column means, as JSON",
};
