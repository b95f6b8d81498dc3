/** Simulated members of known skill who vote in two-picture rounds, their taste shared within a round. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { StudyRound } from "../../../src/quiz/study.ts";

/** Uniform in [0, 1). */
export type Random = () => number;

/** Seeded, so that a table can be made again; of a period that the billions of draws of all tables are nothing to. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Box and Muller (1958). */
export const normal = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const probability = (value: number) => Math.min(1, Math.max(0, value));

export interface Community {
  members: number;
  rounds: number;
  /** Mean probability of a correct vote, before taste. */
  rate: number;
  /** Standard deviation of that probability between members. */
  skillSd: number;
  /** Standard deviation, between rounds, of how much everybody leans to one of the two pictures. */
  tasteSd: number;
  /** Share of the rounds that everybody gets right. */
  plain?: number;
  /** Share of the members who are always right. */
  experts?: number;
  /** In nobody's skill but a habit: the probability of a vote for the first position, whatever stands there. */
  habit?: number;
  /** Of those who would vote in the next round the share that does, by what was revealed; all unless told. */
  turnout?: (revealed: readonly StudyRound[]) => number;
}

/** Correct votes beyond what guessing gives, in the standard deviations that the randomisation test sees. */
export function ahead(rounds: readonly StudyRound[]): number {
  let [excess, variance] = [0, 0];
  for (const { answer, votes } of rounds) {
    const correct = votes.filter(({ choice }) => choice === answer).length;
    excess += correct - votes.length / 2;
    variance += (correct - votes.length / 2) ** 2;
  }
  return variance === 0 ? 0 : excess / Math.sqrt(variance);
}

/**
 * Each member votes in a share of the rounds drawn uniformly from 10% to 100%, as a server's regulars and visitors
 * do. A probability outside 0..1 is moved to its end.
 */
export function simulateRounds(community: Community, random: Random): StudyRound[] {
  const members = Array.from({ length: community.members }, (_, index) => ({
    id: `m${index}`,
    skill:
      community.experts !== undefined && random() < community.experts
        ? 1
        : community.rate + community.skillSd * normal(random),
    attendance: 0.1 + 0.9 * random(),
  }));
  const rounds: StudyRound[] = [];
  for (let index = 0; index < community.rounds; index += 1) {
    const turnout = community.turnout?.(rounds) ?? 1;
    const answer = random() < 0.5 ? 0 : 1;
    const isPlain = community.plain !== undefined && random() < community.plain;
    const taste = community.tasteSd * normal(random);
    const lean = answer === 0 ? taste : -taste;
    const votes = members
      .filter((member) => random() < member.attendance * turnout)
      .map((member) => ({
        memberId: member.id,
        choice:
          community.habit === undefined
            ? random() < probability(isPlain ? 1 : member.skill + lean)
              ? answer
              : 1 - answer
            : random() < community.habit
              ? 0
              : 1,
      }));
    rounds.push({ id: `r${index}`, backend: "simulated", prompt: "simulated", answer, votes });
  }
  return rounds;
}

/** The probability of a correct vote, over members and rounds: the simulation's truth, by Simpson's rule. */
export function trueRate({ rate, skillSd, tasteSd }: Community): number {
  const sd = Math.hypot(skillSd, tasteSd);
  const [ends, steps] = [8, 4000];
  let sum = 0;
  let weights = 0;
  for (let step = 0; step <= steps; step += 1) {
    const z = -ends + (2 * ends * step) / steps;
    const weight = Math.exp((-z * z) / 2) * (step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2);
    sum += weight * probability(rate + sd * z);
    weights += weight;
  }
  return sum / weights;
}
