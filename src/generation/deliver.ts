/**
 * Delivery: at least once, made idempotent. An edit can be repeated; a post carries the request's id in its buttons
 * and a nonce, and the channel is searched for that id first. Ways are tried in the order of how close they are to
 * what the member expects:
 *
 *   the answer itself, by token → the answer, by message id → a new message in the channel → a direct message → kept
 *
 * A private result never takes a way through a channel, and what is for everybody takes none to one person.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { MessageRefused, type Messages, type OutgoingMessage } from "../discord/messages.ts";
import type { Logger } from "../log.ts";
import { countDelivery } from "../status/bot.ts";
import { cancelledBy } from "../store/cancellations.ts";
import { awaitEdits } from "../store/editing.ts";
import { keep } from "../store/kept.ts";
import {
  claimNotification,
  close,
  type RequestRecord,
  readRecord,
  setDelivering,
  setMessage,
} from "../store/requests.ts";
import { readToken } from "../store/tokens.ts";
import { textsFor } from "../texts/texts.ts";
import { kinds } from "./kinds.ts";
import type { RenderResult, Request } from "./request.ts";

export interface DeliveryPorts {
  redis: Redis;
  messages: Messages;
  log: Logger;
}

/**
 * An interaction can be acknowledged for three seconds. A render that is faster than the acknowledgement waits for it
 * that long, since there is nothing to edit yet; after that the acknowledgement has never left.
 */
const ACKNOWLEDGED_WITHIN_MS = 4000;
const POLL_MS = 20;

/** Sends the answer by the first way that works and closes the request. Throws only what is worth another try. */
export async function deliver(
  ports: DeliveryPorts,
  request: Request,
  answer: OutgoingMessage,
  results: RenderResult[],
): Promise<void> {
  const record = await acknowledgedRecord(ports.redis, request);
  // An earlier try got through and died before it said so, or another bot is ahead.
  if (!record || !(await setDelivering(ports.redis, request.id))) return;
  await awaitEdits(ports.redis, request.id);
  const token = await readToken(ports.redis, request.id);
  countDelivery(await send(ports, record, token, answer));
  await close(ports.redis, request, results);
  // Who cancelled it knows; and nothing is ready.
  const isAwaited = record.notify && (await cancelledBy(ports.redis, request.id)) === undefined;
  if (isAwaited) await notify(ports, request, token, results.length > 0);
}

/** The way that the answer took. */
type Way = "answer" | "message" | "channel" | "direct" | "kept";

async function acknowledgedRecord(redis: Redis, request: Request): Promise<RequestRecord | undefined> {
  // By this process's own clock: another host's that goes wrong must not make it long.
  const left = Math.min(request.createdAt - Date.now(), 0) + ACKNOWLEDGED_WITHIN_MS;
  const late = performance.now() + left;
  for (;;) {
    const record = await readRecord(redis, request.id);
    if (!record || record.acknowledged || performance.now() > late) return record;
    await sleep(POLL_MS);
  }
}

async function send(
  { redis, messages }: DeliveryPorts,
  record: RequestRecord,
  token: string | undefined,
  answer: OutgoingMessage,
): Promise<Way> {
  const { request, messageId, acknowledged } = record;
  const { channelOnly } = kinds[request.kind];
  // Of what was not acknowledged the first message may be a refusal, by another bot, which one person alone sees.
  const isSeen = acknowledged || request.private || !channelOnly;
  if (token && isSeen && (await taken(messages.editAnswer(token, answer)))) return "answer";
  if (!request.private) {
    if (messageId && (await taken(messages.edit(request.channelId, messageId, answer)))) return "message";
    const posting = post(messages, request.channelId, request, answer).then((posted) =>
      setMessage(redis, request.id, posted),
    );
    // Tried again for as long as somebody may mend it: a missing permission, for example.
    if (channelOnly) return posting.then(() => "channel");
    if (await taken(posting)) return "channel";
  }
  const t = textsFor(request.locale);
  const why = request.private ? t.privateInstead : t.sentHereInstead(request.channelId);
  const direct = async () =>
    post(messages, await messages.directChannel(request.userId), request, {
      ...answer,
      content: `${why}\n${answer.content}`,
    });
  if (await taken(direct())) return "direct";
  await keep(redis, request);
  return "kept";
}

/**
 * Posts unless an earlier try has: the message is recognised by the request's id in its buttons.
 * @returns the message's id
 */
async function post(
  messages: Messages,
  channelId: string,
  request: Request,
  answer: OutgoingMessage,
): Promise<string> {
  const earlier = await messages.find(channelId, request.id);
  if (!earlier) return messages.post(channelId, answer, request.id);
  await messages.edit(channelId, earlier, answer);
  return earlier;
}

/**
 * One short message; of a private request it is as private, and left out when that can't be. The answer is there: this
 * is tried once, since told twice is worse than not at all.
 */
async function notify(
  { redis, messages, log }: DeliveryPorts,
  request: Request,
  token: string | undefined,
  hasImages: boolean,
): Promise<void> {
  const content = textsFor(request.locale).done(request.userId, hasImages);
  const message = { content, mentions: [request.userId] };
  try {
    if (!(await claimNotification(redis, request.id))) return;
    if (!request.private) await messages.post(request.channelId, message, `n${request.id}`);
    else if (token) await messages.followUpOnce(token, message);
  } catch (error) {
    log.warn({ err: error, requestId: request.id }, "a member could not be told that a request is done");
  }
}

/** Whether Discord took it; false where another way is to be tried. A smaller message may be taken the same way. */
async function taken(sending: Promise<unknown>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    if (error instanceof MessageRefused && !error.tooLarge) return false;
    throw error;
  }
}
