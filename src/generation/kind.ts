/** What differs between kinds of requests: how each looks while it runs, and what answers it. */
import type { Redis } from "ioredis";
import type { Directory } from "../backends/directory.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import type { QuizJobs } from "../queue/quizJobs.ts";
import type { Standing } from "../queue/standing.ts";
import type { Progress, Request } from "./request.ts";

export interface Answering {
  redis: Redis;
  directory: Directory;
  quizJobs: QuizJobs;
}

/** A request of which at least one render was taken by a worker. */
export interface Running {
  request: Request;
  /** What workers last said, by the index of the render. */
  progress: ReadonlyMap<number, Progress>;
  /** One for each render. */
  standings: readonly Standing[];
  directory: Directory;
  notify: boolean;
  /** What the picture looks like so far, a WebP. */
  preview: Buffer | undefined;
}

export interface Kind {
  progress(running: Running): OutgoingMessage;
  /**
   * The answer, once every render has ended in whatever way.
   * @param outcomes one for each render, in their order
   * @param cancelledBy the member who cancelled, if anybody did
   */
  answer(
    answering: Answering,
    request: Request,
    outcomes: readonly RenderOutcome[],
    cancelledBy: string | undefined,
  ): Promise<OutgoingMessage>;
  /** Whether its answer is for everybody in its channel: sent to one person it would be worth nothing. */
  channelOnly?: true;
  /** Takes back what `answer` has begun, when that can't be made or reaches nobody. @returns what is said instead */
  lost?(answering: Answering, request: Request): Promise<OutgoingMessage>;
  /** An answer without a picture, in the place of one that could not be made. */
  ended(request: Request, directory: Directory, sentence: string): OutgoingMessage;
}
