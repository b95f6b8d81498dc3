/** A member's requests, in every server: what was asked, what came of it, and how all of it goes. */
import { setTimeout as sleep } from "node:timers/promises";
import { RateLimitError } from "discord.js";
import { MessageRefused, type Messages } from "../discord/messages.ts";
import { storeCancellation } from "../store/cancellations.ts";
import { deleteImages } from "../store/images.ts";
import { keys } from "../store/keys.ts";
import { type RequestOutline, readOutline } from "../store/outlines.ts";
import { type RequestRecord, readKnown, requestsOf } from "../store/requests.ts";
import type { MemberPorts } from "./data.ts";

/** A cancelled render stops within a step, and its answer is sent. */
const STOPPED_WITHIN_MS = 15_000;
const POLL_MS = 200;

export async function exportRequests({ redis }: MemberPorts, userId: string): Promise<unknown[]> {
  const ids = await requestsOf(redis, userId);
  const entries = await Promise.all(
    ids.map(async (id) => {
      const record = await readKnown(redis, id);
      if (record) return isOfQuiz(record) ? [] : toEntry(record);
      const outline = await readOutline(redis, id);
      if (!outline || isOfQuiz(outline)) return [];
      return { ...outline.request, state: outline.state, messageId: outline.messageId };
    }),
  );
  return entries.flat();
}

function toEntry({ request, results, state, messageId }: RequestRecord) {
  const { applicationId: _, interactionId: __, attachmentSizeLimit: ___, createdAt, ...asked } = request;
  return { ...asked, createdAt: new Date(createdAt).toISOString(), state, messageId, results };
}

/** What still runs is cancelled first. @returns how many requests did not stop in time and are still there */
export async function eraseRequests(ports: MemberPorts, userId: string): Promise<number> {
  const { redis, producer } = ports;
  const ids = await requestsOf(redis, userId);
  for (const id of ids) {
    const outline = await readOutline(redis, id);
    if (!outline || outline.state === "answered" || isOfQuiz(outline)) continue;
    await storeCancellation(redis, id, userId);
    const record = await readKnown(redis, id);
    // What another version queued is stopped by that version, which looks for cancellations.
    if (record) await producer.stop(record.request);
  }
  const deadline = Date.now() + STOPPED_WITHIN_MS;
  let left = 0;
  for (const id of ids) {
    const outline = await stopped(ports, id, deadline);
    if (outline && isOfQuiz(outline)) continue;
    if (outline && outline.state !== "answered") left += 1;
    else
      await erase(ports, userId, id, outline).catch((error: unknown) => {
        // A message that must be looked for in a channel that Discord limits: it is found at the next try.
        if (!(error instanceof RateLimitError)) throw error;
        left += 1;
      });
  }
  if (left === 0) await redis.del(keys.kept(userId));
  return left;
}

/** What a quiz renders belongs to its round, which others vote in, and not to the member who opened it. */
const isOfQuiz = ({ request }: RequestOutline) => request.kind === "quiz";

async function stopped({ redis }: MemberPorts, id: string, deadline: number) {
  for (;;) {
    const outline = await readOutline(redis, id);
    const isOver = !outline || outline.state === "answered" || isOfQuiz(outline);
    if (isOver || Date.now() > deadline) return outline;
    await sleep(POLL_MS);
  }
}

/** The index's entry goes last: what breaks off in between is found again. */
async function erase(
  { redis, producer, messages }: MemberPorts,
  userId: string,
  id: string,
  outline: RequestOutline | undefined,
): Promise<void> {
  if (outline) await deleteMessage(messages, outline);
  const record = await readKnown(redis, id);
  // The images and jobs of another version's leave by themselves, within a day.
  if (record) {
    await deleteImages(redis, imagesOf(record));
    await producer.forget(record.request);
  }
  const own = [keys.request(id), keys.cancelled(id), keys.progress(id), keys.preview(id), keys.token(id)];
  await redis.multi().del(own).zrem(keys.kept(userId), id).zrem(keys.requestsOf(userId), id).exec();
}

/** Also of renders that were cancelled, whose images are no results. */
const imagesOf = ({ request }: RequestRecord) =>
  request.renders.flatMap(({ noise }, render) =>
    noise.map((_, image) => keys.image(request.id, render, image)),
  );

/** A private answer is out of the bot's reach: it is gone when the member's client closes, or the member deletes it. */
async function deleteMessage(messages: Messages, { request, messageId }: RequestOutline): Promise<void> {
  if (request.private) return;
  try {
    const posted = messageId ?? (await messages.find(request.channelId, request.id));
    if (posted) await messages.delete(request.channelId, posted);
  } catch (error) {
    if (!(error instanceof MessageRefused)) throw error; // the message, the channel or the permission is gone
  }
}
