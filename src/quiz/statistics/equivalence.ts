/**
 * 'Practically at chance' is claimed only when the whole interval lies within a margin of chance: Schuirmann (1987),
 * A comparison of the two one-sided tests procedure; Lakens (2017), Equivalence tests. The whole 95% interval is
 * asked for, not the 90% interval that two one-sided tests at 5% need: the claim shall err in at most 2.5% at the margin.
 *
 * The interval alone would not keep that. It sees how much rounds and members vary from those that were there, and of a
 * rare round that everybody gets right, or a rare member who is always right, there may be none among forty, though
 * one in ten is enough to move the rate by five points. So the claim must also survive one of each on top, as the
 * estimate of a proportion does that is moved towards what was not seen (Agresti and Coull 1998, Approximate is better
 * than "exact" for interval estimation of binomial proportions). By simulation, see docs/quiz.md.
 */
import { type ClusteredVote, clusterInterval } from "./clusters.ts";
import type { Interval } from "./proportion.ts";

/**
 * A tenth of the way from chance to certainty. With two pictures that is 45-55%. For other numbers of options the
 * same share is taken after Abbott's correction for guessing, (p - c) / (1 - c): Abbott (1925), A method of computing
 * the effectiveness of an insecticide. At c = 1/4 that is 17.5-32.5%.
 */
const MARGIN = 0.1;

/** @param chance probability of a correct guess, between 0 and 1 */
export function equivalenceMargin(chance: number): Interval {
  const half = MARGIN * (1 - chance);
  return { lower: chance - half, upper: chance + half };
}

export function isEquivalent(votes: readonly ClusteredVote[], chance: number): boolean {
  return (
    isWithin(clusterInterval(votes), chance) &&
    isWithin(clusterInterval(withOneMore(votes, true)), chance) &&
    isWithin(clusterInterval(withOneMore(votes, false)), chance)
  );
}

export function isWithin({ lower, upper }: Interval, chance: number): boolean {
  const margin = equivalenceMargin(chance);
  return lower >= margin.lower && upper <= margin.upper;
}

/** One more round, of as many votes as the mean one has, and one more member, of as many as the mean one: all alike. */
function withOneMore(votes: readonly ClusteredVote[], success: boolean): ClusteredVote[] {
  const rounds = busiest(votes.map(({ roundId }) => roundId));
  const members = busiest(votes.map(({ memberId }) => memberId));
  const inRound = Math.round(votes.length / rounds.length);
  const ofMember = Math.round(votes.length / members.length);
  return [
    ...votes,
    ...members.slice(0, inRound).map((memberId) => ({ roundId: "", memberId, success })),
    ...rounds.slice(0, ofMember).map((roundId) => ({ roundId, memberId: "", success })),
  ];
}

/** Each name once, those first that occur most. */
function busiest(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
}
