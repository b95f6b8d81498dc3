/** What a study can find at all: said when it starts, not when it is over. */
import { type Cluster, intervalOf } from "./statistics/clusters.ts";
import { isWithin } from "./statistics/equivalence.ts";

/** More members than any server's quiz has. */
const MOST = 100_000;

/** Below this an adjusted p value is moderate evidence. */
export const SIGNIFICANT = 0.05;

/**
 * The smallest p value, adjusted by Holm, that a backend can have: when every vote of all its rounds is right.
 *
 * @param rounds of each backend
 */
export const leastP = (rounds: number, backends: number): number => Math.min(1, backends / 2 ** rounds);

/** Rounds of each backend with which evidence that it can be told is possible. */
export function roundsNeeded(backends: number): number {
  return Math.floor(Math.log2(backends / SIGNIFICANT)) + 1;
}

/** Whether a study of so many rounds of each backend can find evidence at all. */
export const canFind = (rounds: number, backends: number): boolean => leastP(rounds, backends) < SIGNIFICANT;

/**
 * The fewest members who must vote in every round of a backend for 'practically at chance', in the best case: votes
 * independent and half of them right. What really is needed is more, see docs/quiz.md.
 *
 * @returns undefined when no number of members is enough
 */
export function membersNeeded(rounds: number): number | undefined {
  if (!reaches(rounds, MOST)) return undefined;
  let [least, most] = [2, MOST];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (reaches(rounds, middle)) most = middle;
    else least = middle + 1;
  }
  return least;
}

/** As equivalence.ts decides, of votes that are counted already. */
function reaches(rounds: number, members: number): boolean {
  return isWithin(intervalOf(withOneRight(rounds, members), withOneRight(members, rounds)), 0.5);
}

/** So many clusters of so many votes, half of them right, with one right vote more in each; and one that is all right. */
const withOneRight = (clusters: number, votes: number): Cluster[] => [
  ...new Array<Cluster>(clusters).fill({ votes: votes + 1, successes: votes / 2 + 1 }),
  { votes, successes: votes },
];
