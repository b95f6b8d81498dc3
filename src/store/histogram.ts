/**
 * Quantiles of times from counts in buckets whose bounds grow by a fixed ratio: counts of many workers add up in Redis,
 * and a quantile is right within 5 % of its value (the mapping of DDSketch, Masson et al., VLDB 2019).
 */

const SMALLEST_SECONDS = 0.01;
const RATIO = 1.1;
/** Holds a week; what is longer counts as a week. */
const LAST = 189;

/** The bucket of a time: 0 up to SMALLEST_SECONDS, each next one up to RATIO times as long. */
export function bucketOf(seconds: number): number {
  if (seconds <= SMALLEST_SECONDS) return 0;
  return Math.min(LAST, Math.ceil(Math.log(seconds / SMALLEST_SECONDS) / Math.log(RATIO)));
}

/** The time in seconds that stands for a bucket: equally far, in proportion, from both its bounds. */
const secondsOf = (bucket: number) => (SMALLEST_SECONDS * RATIO ** bucket * 2) / (RATIO + 1);

/**
 * The smallest time that at least the share `q` of all times reach at most (the nearest rank).
 * @param counts by bucket
 * @returns seconds, or undefined when nothing was counted
 */
export function quantile(counts: ReadonlyMap<number, number>, q: number): number | undefined {
  const sum = [...counts.values()].reduce((total, count) => total + count, 0);
  let reached = 0;
  for (const [bucket, count] of [...counts].toSorted(([a], [b]) => a - b)) {
    reached += count;
    if (reached >= q * sum) return secondsOf(bucket);
  }
  return undefined;
}
