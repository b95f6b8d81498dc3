/** Taking a request in: admitted within the limits, queued in one transaction, or refused with nothing left behind. */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Logger } from "../log.ts";
import { admit, type Limits } from "../queue/order.ts";
import type { RequestProducer } from "../queue/producer.ts";
import { Refusal } from "../refusal.ts";
import { confirm, forget, readReservation, reservations, withdraw } from "../store/requests.ts";
import { storeToken } from "../store/tokens.ts";
import type { Request } from "./request.ts";

/** An admission whose jobs did not come within this is taken back. */
const RESERVATION_MS = 60_000;

export interface Submission {
  redis: Redis;
  producer: RequestProducer;
  limits: Limits;
}

/** The queue did not say whether it took the request. If it did, it is answered like any other. */
export class MaybeQueued extends Refusal {
  override name = "MaybeQueued";
}

/**
 * @param token the interaction's, by which the answer is sent while it lives; absent where there is none
 * @throws Refusal when a limit is reached or the queue can't be reached
 */
export async function submit(to: Submission, request: Request, token?: string): Promise<void> {
  const nonce = randomUUID();
  const takeBack = (cause: unknown): never => {
    // A Redis that hangs may still carry it out. Commands of one connection keep their order, so this undoes it.
    withdraw(to.redis, request, nonce).catch(() => {});
    throw new Refusal((t) => t.redisAway, { cause });
  };
  const admission = await admit(to.redis, request, to.limits, nonce).catch(takeBack);
  if (admission.verdict === "known") return;
  if (admission.verdict === "too-often")
    throw new Refusal((t) => t.rules.tooOften(to.limits.perMinute ?? 0, admission.retryAt));
  if (admission.verdict === "draining") throw new Refusal((t) => t.queue.draining);
  if (admission.verdict === "queue-full") throw new Refusal((t) => t.queueFull(admission.waiting));
  if (admission.verdict === "member-full") throw new Refusal((t) => t.memberFull(admission.waiting));
  if (token !== undefined) await storeToken(to.redis, request.id, token).catch(takeBack);
  await to.producer.submit(request, admission.priority).catch((cause: unknown) => {
    throw new MaybeQueued((t) => t.redisSlow, { cause }); // the transaction may have arrived all the same
  });
  // Its jobs are queued: what can't be said of that now, the sweep says.
  if (await confirm(to.redis, request.id).catch(() => true)) return;
  // Stopped in between for longer than a reservation stands, this bot has queued what nobody would be told of.
  const { producer } = to;
  await producer.forget(request).catch(() => producer.stop(request).catch(() => {})); // what is rendered can't be removed
  throw new Refusal((t) => t.redisAway);
}

/**
 * Settles admissions that nobody confirmed, because the bot died or Redis hung in between: confirmed when the jobs
 * are queued, taken back when they never came.
 */
export async function settleReservations(to: Submission, log: Logger): Promise<void> {
  // One that can't be settled must not hold up those behind it.
  for (const id of await reservations(to.redis, RESERVATION_MS))
    await settleReservation(to, id).catch((error: unknown) =>
      log.warn({ err: error, requestId: id }, "a reservation was not settled"),
    );
}

async function settleReservation({ redis, producer }: Submission, id: string): Promise<void> {
  if (await producer.isQueued(id)) {
    await confirm(redis, id);
    return;
  }
  const reservation = await readReservation(redis, id);
  if (reservation) await withdraw(redis, reservation.asked, reservation.nonce);
  else await forget(redis, id);
}
