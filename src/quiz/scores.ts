/**
 * Members' own scores in a server, from revealed rounds alone: an open round's votes say nothing to anybody. Trial
 * types with another chance are never added up; sham rounds have no right answer and are left out.
 */
import type { Redis } from "ioredis";
import { roundsOf } from "../store/quiz/rounds.ts";
import { plansOf } from "../store/quiz/studies.ts";
import { type VotedRound, withVotes } from "./evidence.ts";
import type { Mode } from "./plan.ts";
import { leaderboard, type RankedScore, type Score } from "./statistics/leaderboard.ts";
import { memberTest } from "./statistics/memberTest.ts";
import { type Interval, wilson } from "./statistics/proportion.ts";

/** A question with its chance level: what may be added up. */
export interface Trial {
  mode: Mode;
  options: number;
}

/** Every revealed round of a server, daily ones too, that has a right answer, in the order in which they closed. */
export async function scoredRounds(redis: Redis, guildId: string): Promise<VotedRound[]> {
  const plans = await plansOf(redis, guildId);
  const rounds = await Promise.all(
    plans.map(async ({ plan }) => withVotes(redis, await roundsOf(redis, plan.id))),
  );
  return rounds
    .flat()
    .filter(({ round }) => round.mapping.trial !== "sham")
    .toSorted((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0));
}

/** Of the same kind together, the two-picture rounds first. */
export function byTrial(rounds: readonly VotedRound[]): { trial: Trial; rounds: VotedRound[] }[] {
  const groups = new Map<string, { trial: Trial; rounds: VotedRound[] }>();
  for (const voted of rounds) {
    const { trial: mode, options } = voted.round.mapping;
    if (mode === "sham") continue;
    const key = `${options.length} ${mode}`;
    const group = groups.get(key) ?? { trial: { mode, options: options.length }, rounds: [] };
    group.rounds.push(voted);
    groups.set(key, group);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** @param rounds of one trial type */
export function ranking(rounds: readonly VotedRound[]): RankedScore[] {
  const scores = new Map<string, Score>();
  for (const { round, votes } of rounds)
    for (const { memberId, choice } of votes) {
      const score = scores.get(memberId) ?? { memberId, correct: 0, votes: 0 };
      const correct = score.correct + Number(choice === round.mapping.answer);
      scores.set(memberId, { memberId, correct, votes: score.votes + 1 });
    }
  return leaderboard([...scores.values()]);
}

export interface OwnScore {
  trial: Trial;
  votes: number;
  correct: number;
  interval: Interval;
  /** One-sided, exact: as many right by guessing. */
  p: number;
  /** Right answers in a row: now, and the most. */
  streak: number;
  longest: number;
}

/** One entry a trial type in which the member has voted. */
export function scoresOf(rounds: readonly VotedRound[], memberId: string): OwnScore[] {
  return byTrial(rounds).flatMap(({ trial, rounds: asked }) => {
    const own = asked.flatMap(({ round, votes }) => {
      const vote = votes.find((cast) => cast.memberId === memberId);
      return vote ? [{ roundId: round.id, correct: vote.choice === round.mapping.answer }] : [];
    });
    if (own.length === 0) return [];
    const correct = own.filter((vote) => vote.correct).length;
    return [
      {
        ...{ trial, votes: own.length, correct, interval: wilson(correct, own.length) },
        ...{ p: memberTest(own, trial.options), ...streaks(own.map((vote) => vote.correct)) },
      },
    ];
  });
}

function streaks(answers: readonly boolean[]): { streak: number; longest: number } {
  let [streak, longest] = [0, 0];
  for (const right of answers) {
    streak = right ? streak + 1 : 0;
    longest = Math.max(longest, streak);
  }
  return { streak, longest };
}

/** A season is a calendar month in UTC. "2026-11" */
export const seasonOf = (at: number): string => new Date(at).toISOString().slice(0, 7);
