/** The quiz's messages outside its rounds' own: each is posted once, however often the step is tried again. */
import { createHash } from "node:crypto";
import { MessageRefused, type Messages, type OutgoingMessage } from "../discord/messages.ts";
import type { Logger } from "../log.ts";
import type { Plan } from "./plan.ts";

export interface PostingPorts {
  messages: Messages;
  log: Logger;
}

/** Votes are refused anyway by now: a message that is gone is none to bother about. */
export async function removeButtons(
  messages: Messages,
  { channelId }: Plan,
  messageId: string | undefined,
): Promise<void> {
  if (messageId === undefined) return;
  await messages.removeButtons(channelId, messageId).catch((error: unknown) => {
    if (!(error instanceof MessageRefused)) throw error;
  });
}

/** By direct message, unless they take none. */
export async function tellStarter(
  { messages }: PostingPorts,
  { id, userId }: Plan,
  content: string,
): Promise<void> {
  const posting = messages
    .directChannel(userId)
    .then((to) => messages.post(to, { content }, nonceOf(`${id}:end`)));
  await posting.catch((error: unknown) => {
    if (!(error instanceof MessageRefused)) throw error;
  });
}

/**
 * Posts unless an earlier try has.
 * @param mark stands in a custom id of the message and of no other
 * @returns false when it can't be posted there any more
 */
export async function postOnce(
  { messages, log }: PostingPorts,
  { channelId, id }: Plan,
  message: OutgoingMessage,
  mark: string | undefined,
): Promise<boolean> {
  try {
    const earlier = mark && (await messages.find(channelId, mark));
    if (!earlier) await messages.post(channelId, message, nonceOf(mark ?? `${id}:end`));
    return true;
  } catch (error) {
    if (!(error instanceof MessageRefused)) throw error;
    log.warn({ err: error, studyId: id }, "a message of the quiz can't be posted in its channel any more");
    return false;
  }
}

/** As long as Discord takes one. */
const nonceOf = (mark: string): string => createHash("sha256").update(mark).digest("base64url").slice(0, 25);
