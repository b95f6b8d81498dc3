/** Cancellations that nobody has carried out. */
import type { Redis } from "ioredis";
import type { Logger } from "../log.ts";
import type { RequestProducer } from "../queue/producer.ts";
import { openCancelled } from "../store/cancellations.ts";
import { readRecord } from "../store/requests.ts";

/**
 * Stops what is cancelled and still open, once more. The worker that was told may have died without having heard it, and
 * its render is taken over only by one that can run the recipe: there may be none.
 */
export async function settleCancelled(
  { redis, producer }: { redis: Redis; producer: RequestProducer },
  log: Logger,
): Promise<void> {
  const stop = async (id: string) => {
    const record = await readRecord(redis, id);
    if (record) await producer.stop(record.request);
  };
  // One that can't be stopped must not hold up those behind it.
  for (const id of await openCancelled(redis))
    await stop(id).catch((error: unknown) =>
      log.warn({ err: error, requestId: id }, "a cancelled request was not stopped; it is tried again"),
    );
}
