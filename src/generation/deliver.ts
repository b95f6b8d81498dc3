/**
 * Delivery: at least once, made idempotent. An edit can be repeated; a post carries the request's id in its buttons
 * and a nonce, and the channel is searched for that id first. Ways are tried in the order of how close they are to
 * what the member expects:
 *
 *   the answer itself, by token → the answer, by message id → a new message in the channel → a direct message → kept
 *
 * A private result never takes a way through a channel.
 */
import type { Redis } from "ioredis";
import { MessageRefused, type Messages, type OutgoingMessage, type Refused } from "../discord/messages.ts";
import { awaitEdits } from "../store/editing.ts";
import { keep } from "../store/kept.ts";
import { close, type RequestRecord, readRecord, setDelivering } from "../store/requests.ts";
import { readToken } from "../store/tokens.ts";
import { en } from "../texts/en.ts";
import type { RenderResult, Request } from "./request.ts";

export interface DeliveryPorts {
  redis: Redis;
  messages: Messages;
}

/** Sends the answer by the first way that works and closes the request. Throws only what is worth another try. */
export async function deliver(
  ports: DeliveryPorts,
  request: Request,
  answer: OutgoingMessage,
  results: RenderResult[],
): Promise<void> {
  const record = await readRecord(ports.redis, request.id);
  if (!record || record.state === "answered") return; // an earlier try got through and died before it said so
  await setDelivering(ports.redis, request.id);
  await awaitEdits(ports.redis, request.id);
  const channelId = await send(ports, record, answer);
  if (record.notify && channelId) await notify(ports, request, channelId);
  await close(ports.redis, request, results);
}

/** @returns the channel in which the answer stands, or undefined for one that only the member sees */
async function send(
  { redis, messages }: DeliveryPorts,
  record: RequestRecord,
  answer: OutgoingMessage,
): Promise<string | undefined> {
  const { request, messageId } = record;
  const token = await readToken(redis, request.id);
  if (token && (await works(messages.editAnswer(token, answer), "token-expired", "message-gone")))
    return request.private ? undefined : request.channelId;
  if (!request.private) {
    const edited =
      messageId !== undefined &&
      (await works(messages.edit(request.channelId, messageId, answer), "message-gone", "no-access"));
    if (edited || (await works(post(messages, request.channelId, request, answer), "no-access")))
      return request.channelId;
  }
  const why = request.private ? en.privateInstead : en.sentHereInstead(request.channelId);
  const direct = async () =>
    post(messages, await messages.directChannel(request.userId), request, {
      ...answer,
      content: `${why}\n${answer.content}`,
    });
  if (!(await works(direct(), "direct-messages-closed", "no-access"))) await keep(redis, request);
  return undefined;
}

/** Posts unless an earlier try has: the message is recognised by the request's id in its buttons. */
async function post(messages: Messages, channelId: string, request: Request, answer: OutgoingMessage) {
  const earlier = await messages.find(channelId, request.id);
  if (earlier) await messages.edit(channelId, earlier, answer);
  else await messages.post(channelId, answer, request.id);
}

async function notify({ messages }: DeliveryPorts, request: Request, channelId: string): Promise<void> {
  const message = { content: en.done(request.userId), mentions: [request.userId] };
  await works(messages.post(channelId, message, `n${request.id}`), "no-access");
}

/** Whether sending worked; false for the refusals that leave another way, and those alone. */
async function works(sending: Promise<unknown>, ...expected: Refused[]): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    if (error instanceof MessageRefused && expected.includes(error.reason)) return false;
    throw error;
  }
}
