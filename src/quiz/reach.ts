/** Whether a study can end with 'practically at chance' at all: said when it starts, not when it is over. */
import { normalQuantile, studentQuantile } from "./statistics/distributions.ts";
import { isEquivalent } from "./statistics/equivalence.ts";
import { clopperPearson } from "./statistics/proportion.ts";

/** More members than any server's quiz has. */
const MOST = 100_000;

/**
 * The fewest members who must vote in every round of a backend for the clustered interval to fit between 45% and 55%,
 * in the best case: votes independent and half of them right. What really is needed is more, see docs/quiz.md.
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

/** As clusters.ts makes the interval, with the variance that independent votes would have. */
function reaches(rounds: number, members: number): boolean {
  const fewest = Math.min(rounds, members);
  if (fewest < 2) return false;
  const effective = rounds * members * (normalQuantile(0.975) / studentQuantile(0.975, fewest - 1)) ** 2;
  return isEquivalent(clopperPearson(effective / 2, effective), 0.5);
}
