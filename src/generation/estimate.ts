/** How long a request waits, estimated from what jobs of those recipes really took. */
import type { Directory } from "../backends/directory.ts";
import { secondsAnImage } from "../backends/measured.ts";
import { median } from "../backends/median.ts";
import type { Piece, Work } from "../queue/work.ts";
import type { Duration } from "../store/durations.ts";

/**
 * Seconds until all of this is done, shared among the engines online. Undefined while one of the recipes was never
 * measured: a guess would be no estimate.
 */
export function estimateSeconds({ offered }: Directory, work: Work): number | undefined {
  const engines = Math.max(1, ...offered.map((backend) => backend.engines));
  let sum = 0;
  for (const [recipe, pieces] of work) {
    const jobs = offered.find(({ report }) => report.id === recipe)?.jobs ?? [];
    for (const piece of pieces) {
      const seconds = secondsOf(piece, jobs);
      if (seconds === undefined) return undefined;
      sum += piece.times * seconds;
    }
  }
  return sum / engines;
}

type Settings = Pick<Piece, "images" | "steps" | "width" | "height">;
const pixelsOf = ({ width, height }: Settings): number => width * height;
const stepsOf = ({ images, steps }: Settings): number => images * steps;

/** What such a render takes, loading left out: told by the jobs that are most like it. */
function secondsOf(piece: Piece, jobs: readonly Duration[]): number | undefined {
  const difference = (job: Duration) =>
    Math.abs(Math.log(pixelsOf(job) / pixelsOf(piece))) + Math.abs(Math.log(stepsOf(job) / stepsOf(piece)));
  const least = Math.min(...jobs.map(difference));
  return median(jobs.filter((job) => difference(job) === least).map((job) => scaled(job, piece)));
}

/** A step takes as much longer as there are more pixels; what an image takes besides its steps, it takes again. */
function scaled(job: Duration, piece: Piece): number {
  const anImage = secondsAnImage(job);
  const aStep = Math.min(job.stepSeconds ?? Number.POSITIVE_INFINITY, anImage / job.steps);
  const besides = anImage - aStep * job.steps;
  return piece.images * (besides + (aStep * piece.steps * pixelsOf(piece)) / pixelsOf(job));
}
