/** A member's requests, in every server: what was asked, what came of it, and how all of it goes. */
import { setTimeout as sleep } from "node:timers/promises";
import { MessageRefused, type Messages } from "../discord/messages.ts";
import { deleteImages } from "../store/images.ts";
import { keys } from "../store/keys.ts";
import { type RequestRecord, readRecord, requestsOf, storeCancellation } from "../store/requests.ts";
import type { MemberPorts } from "./data.ts";

/** A cancelled render stops within a step, and its answer is sent. */
const STOPPED_WITHIN_MS = 15_000;
const POLL_MS = 200;

export async function exportRequests({ redis }: MemberPorts, userId: string): Promise<unknown[]> {
  const ids = await requestsOf(redis, userId);
  const records = await Promise.all(ids.map((id) => readRecord(redis, id)));
  return records.flatMap((record) => {
    if (!record || isOfQuiz(record)) return [];
    const { request, results, state, messageId } = record;
    const { applicationId: _, interactionId: __, attachmentSizeLimit: ___, createdAt, ...own } = request;
    return { ...own, createdAt: new Date(createdAt).toISOString(), state, messageId, results };
  });
}

/** What still runs is cancelled first. @returns how many requests did not stop in time and are still there */
export async function eraseRequests(ports: MemberPorts, userId: string): Promise<number> {
  const { redis, producer } = ports;
  const ids = await requestsOf(redis, userId);
  for (const id of ids) {
    const record = await readRecord(redis, id);
    if (!record || record.state === "answered" || isOfQuiz(record)) continue;
    await storeCancellation(redis, id, userId);
    await producer.stop(record.request);
  }
  const deadline = Date.now() + STOPPED_WITHIN_MS;
  let left = 0;
  for (const id of ids) {
    const record = await stopped(ports, id, deadline);
    if (record && isOfQuiz(record)) continue;
    if (record && record.state !== "answered") left += 1;
    else await erase(ports, userId, id, record);
  }
  if (left === 0) await redis.del(keys.kept(userId));
  return left;
}

/** What a quiz renders belongs to its round, which others vote in, and not to the member who opened it. */
const isOfQuiz = ({ request }: RequestRecord) => request.kind === "quiz";

async function stopped({ redis }: MemberPorts, id: string, deadline: number) {
  for (;;) {
    const record = await readRecord(redis, id);
    const isOver = !record || record.state === "answered" || isOfQuiz(record);
    if (isOver || Date.now() > deadline) return record;
    await sleep(POLL_MS);
  }
}

/** The index's entry goes last: what breaks off in between is found again. */
async function erase(
  { redis, producer, messages }: MemberPorts,
  userId: string,
  id: string,
  record: RequestRecord | undefined,
): Promise<void> {
  if (record) {
    await deleteMessage(messages, record);
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
async function deleteMessage(messages: Messages, { request, messageId }: RequestRecord): Promise<void> {
  if (request.private) return;
  try {
    const posted = messageId ?? (await messages.find(request.channelId, request.id));
    if (posted) await messages.delete(request.channelId, posted);
  } catch (error) {
    if (!(error instanceof MessageRefused)) throw error; // the message, the channel or the permission is gone
  }
}
