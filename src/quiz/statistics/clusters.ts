/**
 * Interval for a backend's detection rate. Votes of one round share its picture (and a community's taste for it), and
 * votes of one member share an eye: neither are independent. Rounds and members are two crossed clusterings, both
 * taken as samples (of rounds that could be asked, of members who could vote); a member's votes over many rounds
 * count as one cluster, not as many witnesses.
 *
 * 1. The rate is all correct votes over all votes; its variance is two-way cluster-robust, V = V_rounds + V_members
 *    - V_votes with the factor G / (G - 1) on each: Cameron, Gelbach and Miller (2011), Robust inference with multiway
 *    clustering. Never below any of its three parts, since the difference can be negative in small samples.
 * 2. V gives an effective number of votes, p(1 - p) / V, at most the votes there are, shrunk by (z / t)² with
 *    min(rounds, members) - 1 degrees of freedom; Clopper and Pearson's interval is taken at that number: Korn and
 *    Graubard (1998), Confidence intervals for proportions with small expected number of positive counts estimated
 *    from survey data. So the interval stays in 0..1 and has a width even when every vote was correct.
 *
 * Chosen by simulated coverage, see docs/quiz.md.
 */
import { assertOpenUnit, normalQuantile, studentQuantile } from "./distributions.ts";
import { clopperPearson, type Interval } from "./proportion.ts";

export interface ClusteredVote {
  roundId: string;
  memberId: string;
  /** Whether the vote counts as a success: correct, or on the position in question. */
  success: boolean;
}

export interface Cluster {
  votes: number;
  successes: number;
}

/** With fewer, a community that presses the same letter every time is covered too seldom, see docs/quiz.md. */
const LEAST_ROUNDS = 5;
/** Of one alone the variation can't be seen. */
const LEAST_MEMBERS = 2;

/**
 * @returns the interval; 0..1 with fewer than five rounds or two members
 * @throws RangeError unless 0 < confidence < 1
 */
export function clusterInterval(votes: readonly ClusteredVote[], confidence = 0.95): Interval {
  const rounds = clustersBy(votes, (vote) => vote.roundId);
  return intervalOf(
    rounds,
    clustersBy(votes, (vote) => vote.memberId),
    confidence,
  );
}

/** The same of votes that are counted already, by round and by member. */
export function intervalOf(
  rounds: readonly Cluster[],
  members: readonly Cluster[],
  confidence = 0.95,
): Interval {
  assertOpenUnit(confidence);
  if (rounds.length < LEAST_ROUNDS || members.length < LEAST_MEMBERS) return { lower: 0, upper: 1 };
  const fewest = Math.min(rounds.length, members.length);
  const total = rounds.reduce((sum, { votes }) => sum + votes, 0);
  const rate = rounds.reduce((sum, { successes }) => sum + successes, 0) / total;
  const ofRounds = variance(rounds, rate, total);
  const ofMembers = variance(members, rate, total);
  const ofVotes = (rate * (1 - rate)) / (total - 1);
  const robust = Math.max(ofRounds + ofMembers - ofVotes, ofRounds, ofMembers, ofVotes);
  const independent = robust === 0 ? total : Math.min(total, (rate * (1 - rate)) / robust);
  const tail = (1 + confidence) / 2;
  const effective = independent * (normalQuantile(tail) / studentQuantile(tail, fewest - 1)) ** 2;
  return clopperPearson(rate * effective, effective, confidence);
}

function clustersBy(votes: readonly ClusteredVote[], name: (vote: ClusteredVote) => string): Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const vote of votes) {
    const cluster = clusters.get(name(vote)) ?? { votes: 0, successes: 0 };
    cluster.votes += 1;
    if (vote.success) cluster.successes += 1;
    clusters.set(name(vote), cluster);
  }
  return [...clusters.values()];
}

/** Linearised variance of a ratio whose votes are grouped in independent clusters. */
function variance(clusters: readonly Cluster[], rate: number, total: number): number {
  const squares = clusters.reduce((sum, cluster) => sum + (cluster.successes - cluster.votes * rate) ** 2, 0);
  return ((clusters.length / (clusters.length - 1)) * squares) / total ** 2;
}
