/** What a request that waits is told of its place: how many renders go before it, and how long they should take. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import type { Directory } from "../backends/directory.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { placeOf } from "../queue/order.ts";
import { readGate } from "../store/gate.ts";
import { textsFor } from "../texts/texts.ts";
import { estimateSeconds } from "./estimate.ts";
import type { Request } from "./request.ts";
import { pending, waitingMessage } from "./view.ts";

/** Whether there is an engine for each of them, as far as workers are heard of. */
export const isServed = ({ offered }: Directory, renders: Request["renders"]): boolean =>
  renders.every(({ recipe }) => offered.some(({ report }) => report.id === recipe));

export const waitingForWorker = (request: Request, notify: boolean): OutgoingMessage =>
  pending(request, textsFor(request.locale).queue.waitingForWorker, notify);

export async function placeMessage(
  redis: Redis,
  directory: DirectoryCache,
  request: Request,
  notify: boolean,
): Promise<OutgoingMessage> {
  const [{ ahead }, offers, gate] = await Promise.all([
    placeOf(redis, request),
    directory.get(),
    readGate(redis),
  ]);
  const count = [...ahead.values()].reduce((sum, renders) => sum + renders, 0);
  if (gate) return pending(request, textsFor(request.locale).queue.waitingWhileClosed(count), notify);
  if (!isServed(offers, request.renders)) return waitingForWorker(request, notify);
  return waitingMessage(request, count, estimateSeconds(offers, ahead), notify);
}
