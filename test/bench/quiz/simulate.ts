/**
 * False positives, coverage and power of the quiz's statistics, by simulation; docs/quiz.md shows its tables.
 *
 *     npm run simulate:quiz -- --seed 1 --runs 2000
 */
import { parseArgs } from "node:util";
import { clusterInterval } from "../../../src/quiz/statistics/clusters.ts";
import { binomialUpperTail } from "../../../src/quiz/statistics/distributions.ts";
import { isEquivalent, isWithin } from "../../../src/quiz/statistics/equivalence.ts";
import { type Interval, wilson } from "../../../src/quiz/statistics/proportion.ts";
import { randomisationTest } from "../../../src/quiz/statistics/randomisation.ts";
import type { StudyRound } from "../../../src/quiz/study.ts";
import { ahead, type Community, type Random, seededRandom, simulateRounds, trueRate } from "./community.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, runs: { type: "string", default: "2000" } },
});
const runs = Number(values.runs);
const random = seededRandom(Number(values.seed));
console.log(`Seed ${values.seed}, ${runs} runs a cell.\n`);

const ROUNDS = [5, 10, 20, 40, 50];
const TASTES = [0, 0.1, 0.2, 0.3];

/** What the statistics need of one simulated run. */
function tally(rounds: readonly StudyRound[]) {
  const counted = rounds.map(({ answer, votes }) => {
    const first = votes.filter((vote) => vote.choice === 0).length;
    return { votes: [first, votes.length - first], answer };
  });
  const votes = rounds.flatMap((round) =>
    round.votes.map(({ memberId, choice }) => ({
      roundId: round.id,
      memberId,
      success: choice === round.answer,
    })),
  );
  return { counted, votes, correct: votes.filter((vote) => vote.success).length };
}

/** How often each of the checks holds. */
function shares(
  community: Community,
  source: Random,
  check: (rounds: StudyRound[]) => boolean[],
  times = runs,
): number[] {
  const hits: number[] = [];
  for (let run = 0; run < times; run += 1)
    check(simulateRounds(community, source)).forEach((hit, index) => {
      hits[index] = (hits[index] ?? 0) + (hit ? 1 : 0);
    });
  return hits.map((count) => count / times);
}

const percent = (share: number | undefined) => `${(100 * (share ?? Number.NaN)).toFixed(1)}%`;
const row = (cells: (string | number)[]) => console.log(`| ${cells.join(" | ")} |`);

function table(title: string, head: string[]): void {
  console.log(`\n### ${title}\n`);
  row(head);
  row(head.map(() => "---"));
}

const rejections = (rounds: StudyRound[]) => {
  const { counted, votes, correct } = tally(rounds);
  return [randomisationTest(counted).upper <= 0.05, binomialUpperTail(correct, votes.length, 0.5) <= 0.05];
};

table(`Nobody can tell: how often p <= 0.05 (randomisation test / pooled binomial), ${5 * runs} runs`, [
  "members",
  "rounds",
  ...TASTES.map((taste) => `taste SD ${taste}`),
]);
for (const members of [12, 40])
  for (const rounds of ROUNDS) {
    const cells = TASTES.map((tasteSd) => {
      const community = { members, rounds, tasteSd, rate: 0.5, skillSd: 0 };
      return shares(community, random, rejections, 5 * runs)
        .map(percent)
        .join(" / ");
    });
    row([members, rounds, ...cells]);
  }

table("Power of the randomisation test at p <= 0.05, 40 rounds", [
  "members",
  "true rate",
  ...TASTES.map((taste) => `taste SD ${taste}`),
]);
for (const members of [12, 40])
  for (const rate of [0.55, 0.6, 0.7]) {
    const cells = TASTES.map((tasteSd) =>
      percent(shares({ members, rounds: 40, tasteSd, rate, skillSd: 0 }, random, rejections)[0]),
    );
    row([members, percent(rate), ...cells]);
  }

const covers = (interval: Interval, truth: number) => interval.lower <= truth && truth <= interval.upper;

table(
  "Coverage of the 95% interval, the lower of true rates 50% and 70% (rounds and members as clusters / Wilson on pooled votes)",
  ["members", "skill SD", "rounds", ...TASTES.map((taste) => `taste SD ${taste}`)],
);
const extremes = { clustered: 1, pooled: 1 };
for (const members of [4, 12, 40])
  for (const skillSd of [0, 0.1])
    for (const rounds of ROUNDS) {
      const cells = TASTES.map((tasteSd) => {
        const coverages = [0.5, 0.7].map((rate) => {
          const community = { members, rounds, rate, skillSd, tasteSd };
          const truth = trueRate(community);
          const [clustered = 0, pooled = 0] = shares(community, random, (simulated) => {
            const { votes, correct } = tally(simulated);
            return [covers(clusterInterval(votes), truth), covers(wilson(correct, votes.length), truth)];
          });
          return { clustered, pooled };
        });
        const clustered = Math.min(...coverages.map((coverage) => coverage.clustered));
        const pooled = Math.min(...coverages.map((coverage) => coverage.pooled));
        extremes.clustered = Math.min(extremes.clustered, clustered);
        extremes.pooled = Math.min(extremes.pooled, pooled);
        return `${percent(clustered)} / ${percent(pooled)}`;
      });
      row([members, skillSd, rounds, ...cells]);
    }
console.log(`\nLowest: ${percent(extremes.clustered)} clustered, ${percent(extremes.pooled)} pooled.`);

const claims = seededRandom(Number(values.seed) + 2);
/** Whether the interval alone would claim it, and whether it is claimed. */
const claimed = (simulated: StudyRound[]) => {
  const { votes } = tally(simulated);
  return [isWithin(clusterInterval(votes), 0.5), isEquivalent(votes, 0.5)];
};
const EVEN = { skillSd: 0, tasteSd: 0 };

table(
  `How often 'practically at chance' is claimed (interval alone / with one more round and member), ${runs / 2} runs`,
  [
    "members",
    "rounds",
    "nobody can tell: 50%",
    "all alike: 55%",
    "one round in ten is plain to all: 55%",
    "one member in ten is always right: 55%",
  ],
);
for (const [members, rounds] of [
  [120, 14],
  [40, 40],
  [120, 40],
  [300, 40],
  [40, 100],
  [120, 100],
  [40, 200],
  [120, 200],
] as const) {
  const cells = [{ rate: 0.5 }, { rate: 0.55 }, { rate: 0.5, plain: 0.1 }, { rate: 0.5, experts: 0.1 }].map(
    (kind) =>
      shares({ members, rounds, ...EVEN, ...kind }, claims, claimed, runs / 2)
        .map(percent)
        .join(" / "),
  );
  row([members, rounds, ...cells]);
}

const pressing = seededRandom(Number(values.seed) + 3);
table("Coverage of the 95% interval where nobody can tell and nine in ten press A", [
  "members",
  ...ROUNDS.map((rounds) => `${rounds} rounds`),
]);
for (const members of [4, 12, 40]) {
  const cells = ROUNDS.map((rounds) =>
    percent(
      shares({ members, rounds, rate: 0.5, ...EVEN, habit: 0.9 }, pressing, (simulated) => [
        covers(clusterInterval(tally(simulated).votes), 0.5),
      ])[0],
    ),
  );
  row([members, ...cells]);
}

/** How members' turnout may follow the reveals; the last one is what a community could do on purpose. */
const TURNOUTS: [string, NonNullable<Community["turnout"]>][] = [
  ["half after a round that most got wrong", (rounds) => (ahead(rounds.slice(-1)) < 0 ? 0.5 : 1)],
  ["half after a round that most got right", (rounds) => (ahead(rounds.slice(-1)) > 0 ? 0.5 : 1)],
  ["half while more are right than guessing gives", (rounds) => (ahead(rounds) > 0 ? 0.5 : 1)],
  ["next to none once it looks significant", (rounds) => (ahead(rounds) > 1.645 ? 0.05 : 1)],
];

table(
  `Nobody can tell, turnout follows the reveals: how often p <= 0.05, 40 members, 40 rounds, ${5 * runs} runs`,
  ["who votes in the next round", ...TASTES.map((taste) => `taste SD ${taste}`)],
);
const others = seededRandom(Number(values.seed) + 1);
for (const [name, turnout] of TURNOUTS) {
  const cells = TASTES.map((tasteSd) => {
    const community = { members: 40, rounds: 40, tasteSd, rate: 0.5, skillSd: 0, turnout };
    return percent(shares(community, others, rejections, 5 * runs)[0]);
  });
  row([name, ...cells]);
}
