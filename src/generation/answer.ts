/** The end of every request: its answer is made out of what was rendered, and delivered. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import { MessageRefused, type Messages, type OutgoingMessage } from "../discord/messages.ts";
import type { Logger } from "../log.ts";
import { countUsage } from "../members/usage.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import type { RequestProducer } from "../queue/producer.ts";
import type { QuizJobs } from "../queue/quizJobs.ts";
import { countDelivery, measureDelivery } from "../status/bot.ts";
import { cancelledBy } from "../store/cancellations.ts";
import { keep } from "../store/kept.ts";
import { isOpen } from "../store/openRequests.ts";
import { askedSchema, close, readRecord } from "../store/requests.ts";
import { textsFor } from "../texts/texts.ts";
import { deliver } from "./deliver.ts";
import { kinds } from "./kinds.ts";
import { type RenderResult, type Request, requestSchema } from "./request.ts";

/** What Discord takes everywhere, whatever the interaction promised: a server may have lost its boosts since. */
const SAFE_ATTACHMENT_BYTES = 4 * 1024 ** 2;

export interface AnswerPorts {
  redis: Redis;
  messages: Messages;
  directory: DirectoryCache;
  quizJobs: QuizJobs;
  log: Logger;
}

/** Throws only what is worth another try; the queue tries again. */
export async function answerAndDeliver(
  ports: AnswerPorts,
  request: Request,
  outcomes: RenderOutcome[],
): Promise<void> {
  const results = resultsOf(outcomes);
  const record = await readRecord(ports.redis, request.id);
  if (record?.state === "answered") return; // an earlier try got through and died before it said so
  // Taken back before all of it was queued, or deleted by its member: there is nobody to tell.
  if (!record) return close(ports.redis, request, results);
  await countUsage(ports.redis, request, results);
  const started = performance.now();
  const answer = await compose(ports, request, outcomes);
  const composed = performance.now();
  try {
    await deliver(ports, request, answer, results);
  } catch (error) {
    if (!(error instanceof MessageRefused && error.tooLarge)) throw error;
    const smaller = { ...request, attachmentSizeLimit: SAFE_ATTACHMENT_BYTES };
    await deliver(ports, request, await compose(ports, smaller, outcomes), results);
  }
  const seconds = { compose: (composed - started) / 1000, deliver: (performance.now() - composed) / 1000 };
  measureDelivery(seconds);
  ports.log.info({ requestId: request.id, rendered: results.length, seconds }, "answered");
}

/**
 * The member hears nothing more, but can fetch the result with /me, and is not held to be waiting any longer. What was
 * for a channel is taken back, and if a word can still be said there, it is.
 */
export async function giveUp(
  ports: AnswerPorts,
  request: Request,
  outcomes: RenderOutcome[],
  cause: unknown,
): Promise<void> {
  const { redis, log } = ports;
  const results = resultsOf(outcomes);
  log.error({ err: cause, requestId: request.id }, "the answer could not be delivered");
  countDelivery("given-up");
  // Whatever goes wrong here, the last step is taken: else the member would be held to be waiting for ever.
  const word = request.private ? undefined : await lost(ports, request).catch(() => undefined);
  if (word) await deliver(ports, request, word, results).catch(() => {});
  else await keep(redis, request);
  await close(redis, request, results);
}

/**
 * Ends requests whose delivery failed without having been given up: another version queued what this one can't read,
 * or the bot died in every try. Their members are told that it failed, where they can be.
 */
export async function settleFailed(ports: AnswerPorts, producer: RequestProducer): Promise<void> {
  // One that can't even be closed must not hold up those behind it.
  for (const data of await producer.failedDeliveries())
    await settleDelivery(ports, data).catch((error: unknown) =>
      ports.log.warn({ err: error }, "a request whose delivery had failed was not closed"),
    );
}

async function settleDelivery(ports: AnswerPorts, data: unknown): Promise<void> {
  const asked = askedSchema.parse(data);
  if (!(await isOpen(ports.redis, asked.id))) return;
  const { data: request } = requestSchema.safeParse(data);
  if (request) await tellFailed(ports, request).catch((cause) => giveUp(ports, request, [], cause));
  await close(ports.redis, asked, []);
  ports.log.error({ requestId: asked.id }, "a request whose delivery had failed is closed");
}

async function tellFailed(ports: AnswerPorts, request: Request): Promise<void> {
  await deliver(ports, request, await failed(ports, request), []);
}

async function lost(
  { redis, directory, quizJobs }: AnswerPorts,
  request: Request,
): Promise<OutgoingMessage | undefined> {
  const answering = { redis, directory: await directory.get(), quizJobs };
  return kinds[request.kind].lost?.(answering, request);
}

const resultsOf = (outcomes: RenderOutcome[]): RenderResult[] =>
  outcomes.flatMap((outcome) => (outcome.ended === "rendered" ? [outcome.result] : []));

async function compose(
  ports: AnswerPorts,
  request: Request,
  outcomes: RenderOutcome[],
): Promise<OutgoingMessage> {
  const { redis, directory, quizJobs, log } = ports;
  const by = await cancelledBy(redis, request.id);
  const offers = await directory.get();
  try {
    const answering = { redis, directory: offers, quizJobs };
    return await kinds[request.kind].answer(answering, request, outcomes, by);
  } catch (error) {
    log.error({ err: error, requestId: request.id }, "the answer could not be composed");
    return failed(ports, request);
  }
}

async function failed(ports: AnswerPorts, request: Request): Promise<OutgoingMessage> {
  const t = textsFor(request.locale);
  const word = await lost(ports, request);
  return word ?? kinds[request.kind].ended(request, await ports.directory.get(), t.failed(t.failedUnknown));
}
