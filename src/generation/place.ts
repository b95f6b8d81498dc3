/** What a request that waits is told of its place: how many renders go before it, and how long they should take. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { placeOf } from "../queue/order.ts";
import { estimateSeconds } from "./estimate.ts";
import type { Request } from "./request.ts";
import { waitingMessage } from "./view.ts";

export async function placeMessage(
  redis: Redis,
  directory: DirectoryCache,
  request: Request,
  notify: boolean,
): Promise<OutgoingMessage> {
  const [{ ahead }, offers] = await Promise.all([placeOf(redis, request), directory.get()]);
  const count = [...ahead.values()].reduce((sum, renders) => sum + renders, 0);
  return waitingMessage(request, count, await estimateSeconds(redis, offers, ahead), notify);
}
