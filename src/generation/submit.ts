/** Taking a request in: admitted within the limits, queued in one transaction, or refused with nothing left behind. */
import type { Redis } from "ioredis";
import { admit, type Limits } from "../queue/order.ts";
import type { RequestProducer } from "../queue/producer.ts";
import { Refusal } from "../refusal.ts";
import { openRequests, RESERVATION_MS, readRecord, withdraw } from "../store/requests.ts";
import { storeToken } from "../store/tokens.ts";
import { en } from "../texts/en.ts";
import type { Request } from "./request.ts";

export interface Submission {
  redis: Redis;
  producer: RequestProducer;
  limits: Limits;
}

/**
 * @param token the interaction's, by which the answer is sent while it lives
 * @throws Refusal when a limit is reached or the queue can't be reached
 */
export async function submit(to: Submission, request: Request, token: string): Promise<void> {
  const admission = await admit(to.redis, request, to.limits).catch((cause: unknown) => {
    // A Redis that hangs may still carry it out. Commands of one connection keep their order, so this undoes it.
    withdraw(to.redis, request).catch(() => {});
    throw new Refusal(en.redisAway, { cause });
  });
  if (admission.verdict === "known") return;
  if (admission.verdict === "queue-full") throw new Refusal(en.queueFull(admission.waiting));
  if (admission.verdict === "member-full") throw new Refusal(en.memberFull(admission.waiting));
  try {
    await storeToken(to.redis, request.id, request.interactionId, token);
    await to.producer.submit(request, admission.priority);
  } catch (cause) {
    throw new Refusal(en.redisSlow, { cause }); // the transaction may have arrived all the same
  }
}

/**
 * Releases admissions whose jobs never came: the bot died between the two. Nobody was promised anything then,
 * because the acknowledgement is sent after the jobs are in the queue.
 */
export async function releaseReservations(to: Submission): Promise<void> {
  for (const id of await openRequests(to.redis, Date.now() - RESERVATION_MS)) {
    const record = await readRecord(to.redis, id);
    if (record && !(await to.producer.isQueued(record.request))) await withdraw(to.redis, record.request);
  }
}
