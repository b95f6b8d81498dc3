/** What a demo that ended left undone: its local Discord is gone, so nobody is there to be answered. */
import type { Redis } from "ioredis";
import { DELIVERIES, PREFIX, QUIZ } from "../queue/names.ts";
import { keys } from "../store/keys.ts";
import { readKnown } from "../store/requests.ts";

/** Queues, open requests and the quiz. Figures, images and what was answered stay: /stats and /backends go on with them. */
const PATTERNS = [
  ...[`${PREFIX}:req-*`, `${PREFIX}:${DELIVERIES}:*`, `${PREFIX}:${QUIZ}:*`],
  ...[`${keys.open}*`, keys.reserved, keys.queues, keys.virtualTime, keys.progress("*")],
];

/** To be called before bot and worker start. */
export async function dropLeftovers(redis: Redis): Promise<void> {
  await dropOpen(redis);
  for (const match of PATTERNS)
    for await (const found of redis.scanStream({ match, count: 1000 })) {
      const names = found as string[]; // the stream is of batches of names
      if (names.length > 0) await redis.unlink(names);
    }
}

/** Until it is answered a record has no end, and nobody would ever answer it. */
async function dropOpen(redis: Redis): Promise<void> {
  for (const id of await redis.zrange(keys.open, "0", "-1")) {
    const userId = (await readKnown(redis, id))?.request.userId;
    if (userId !== undefined) await redis.zrem(keys.requestsOf(userId), id);
    await redis.unlink(keys.request(id), keys.token(id), keys.cancelled(id));
  }
}
