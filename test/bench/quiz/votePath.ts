/** Simulated members who vote in real rounds: drawn, opened, voted on and closed by the scripts that the bot uses. */
import type { Redis } from "ioredis";
import { resultOf, scoredVotes, shamRounds, votedRounds } from "../../../src/quiz/evidence.ts";
import type { Plan } from "../../../src/quiz/plan.ts";
import { drawRound, roundId } from "../../../src/quiz/round.ts";
import { standing } from "../../../src/quiz/standing.ts";
import type { StudyResult } from "../../../src/quiz/study.ts";
import { closeRound, openRound, roundsOf, setRevealed, storeDraw } from "../../../src/store/quiz/rounds.ts";
import { startStudy } from "../../../src/store/quiz/studies.ts";
import { castVote } from "../../../src/store/quiz/votes.ts";
import { type Community, normal, probability, type Random } from "./community.ts";

export interface Played {
  result: StudyResult;
  /** Votes in sham rounds, and how many of them were for the other execution. */
  sham: { votes: number; correct: number };
  rounds: number;
}

/**
 * Plays a study to its end. A vote in a sham round follows taste alone, since there is nothing to see.
 * @param plan of two pictures, closed by a moderator's hand: `closing` has more votes than members
 */
export async function playStudy(
  redis: Redis,
  plan: Plan,
  { members, rate, skillSd, tasteSd }: Omit<Community, "rounds">,
  random: Random,
): Promise<Played> {
  await startStudy(redis, plan);
  const people = Array.from({ length: members }, (_, index) => ({
    id: `${10_000 + index}`,
    skill: rate + skillSd * normal(random),
    attendance: 0.1 + 0.9 * random(),
  }));
  for (let number = 1; ; number += 1) {
    const rounds = await roundsOf(redis, plan.id);
    const voted = await votedRounds(redis, plan, rounds);
    const stands = standing(plan, rounds, voted);
    if (stands.done >= stands.planned) {
      const votes = scoredVotes(await shamRounds(redis, rounds));
      const sham = { votes: votes.length, correct: votes.filter(({ success }) => success).length };
      return { result: resultOf(plan, voted, stands), sham, rounds: rounds.length };
    }
    const id = roundId(plan, number);
    const drawn = drawRound(plan, id, number, stands.asked);
    const { mapping } = await storeDraw(redis, plan, drawn);
    await openRound(redis, id, []);
    const taste = tasteSd * normal(random);
    await Promise.all(
      people
        .filter(({ attendance }) => random() < attendance)
        .map(async ({ id: memberId, skill }, index) => {
          const lean = mapping.answer === 0 ? taste : -taste;
          const seen = mapping.trial === "sham" ? 0.5 : skill;
          const choice = random() < probability(seen + lean) ? mapping.answer : 1 - mapping.answer;
          const interactionId = `${number}${index}`;
          await castVote(redis, { roundId: id, memberId, choice, interactionId, messageId: "1" });
        }),
    );
    await closeRound(redis, id, true);
    await setRevealed(redis, id);
  }
}
