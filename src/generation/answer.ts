/** The end of every request: its answer is made out of what was rendered, and delivered. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import { MessageRefused, type Messages, type OutgoingMessage } from "../discord/messages.ts";
import type { Logger } from "../log.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import { keep } from "../store/kept.ts";
import { cancelledBy, close } from "../store/requests.ts";
import { deliver } from "./deliver.ts";
import type { RenderResult, Request } from "./request.ts";
import { answerOf, unanswerable } from "./result.ts";

/** What Discord takes everywhere, whatever the interaction promised: a server may have lost its boosts since. */
const SAFE_ATTACHMENT_BYTES = 4 * 1024 ** 2;

export interface AnswerPorts {
  redis: Redis;
  messages: Messages;
  directory: DirectoryCache;
  log: Logger;
}

/** Throws only what is worth another try; the queue tries again. */
export async function answerAndDeliver(
  ports: AnswerPorts,
  request: Request,
  outcomes: RenderOutcome[],
): Promise<void> {
  const results = resultsOf(outcomes);
  const answer = await compose(ports, request, outcomes);
  try {
    await deliver(ports, request, answer, results);
  } catch (error) {
    if (!(error instanceof MessageRefused && error.tooLarge)) throw error;
    const smaller = { ...request, attachmentSizeLimit: SAFE_ATTACHMENT_BYTES };
    await deliver(ports, request, await compose(ports, smaller, outcomes), results);
  }
  ports.log.info({ requestId: request.id, rendered: results.length }, "answered");
}

/** The member hears nothing more, but can fetch the result with /me, and is not held to be waiting any longer. */
export async function giveUp(
  { redis, log }: AnswerPorts,
  request: Request,
  outcomes: RenderOutcome[],
): Promise<void> {
  log.error({ requestId: request.id }, "the answer could not be delivered; it is kept for /me");
  await keep(redis, request);
  await close(redis, request, resultsOf(outcomes));
}

const resultsOf = (outcomes: RenderOutcome[]): RenderResult[] =>
  outcomes.flatMap((outcome) => (outcome.ended === "rendered" ? [outcome.result] : []));

async function compose(
  { redis, directory, log }: AnswerPorts,
  request: Request,
  outcomes: RenderOutcome[],
): Promise<OutgoingMessage> {
  const by = await cancelledBy(redis, request.id);
  const offers = await directory.get();
  try {
    return await answerOf({ redis, directory: offers }, request, outcomes, by);
  } catch (error) {
    log.error({ err: error, requestId: request.id }, "the answer could not be composed");
    return unanswerable(request, offers);
  }
}
