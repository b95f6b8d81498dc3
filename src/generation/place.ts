/** What a request that waits is told of its place: how many renders go before it, and how long they should take. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import type { Directory } from "../backends/directory.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { countAhead, placeOf } from "../queue/order.ts";
import type { Standing } from "../queue/standing.ts";
import { readGate } from "../store/gate.ts";
import { textsFor } from "../texts/texts.ts";
import { estimateSeconds } from "./estimate.ts";
import type { Request } from "./request.ts";
import { pending, waitingMessage } from "./view.ts";

/** Whether there is an engine for each of them, as far as workers are heard of. */
const isServed = ({ offered }: Directory, renders: Request["renders"]): boolean =>
  renders.every(({ recipe }) => offered.some(({ report }) => report.id === recipe));

/** Whether a request that has begun can't go on: some of it has no engine left, and nothing else of it renders. */
export function rests(
  directory: Directory,
  renders: Request["renders"],
  standings: readonly Standing[],
): boolean {
  const at = (standing: Standing) => renders.filter((_, index) => standings[index] === standing);
  // What a lost worker had taken stands as running until another one looks after it.
  if (at("running").some((render) => isServed(directory, [render]))) return false;
  return !isServed(directory, [...at("running"), ...at("waiting")]);
}

export const waitingForWorker = (request: Request, notify: boolean): OutgoingMessage =>
  pending(request, textsFor(request.locale).queue.waitingForWorker, notify);

export async function placeMessage(
  redis: Redis,
  directory: DirectoryCache,
  request: Request,
  notify: boolean,
): Promise<OutgoingMessage> {
  const [place, offers, gate] = await Promise.all([
    placeOf(redis, request),
    directory.get(),
    readGate(redis),
  ]);
  const count = countAhead(place);
  if (gate) return pending(request, textsFor(request.locale).queue.waitingWhileClosed(count), notify);
  if (!isServed(offers, request.renders)) return waitingForWorker(request, notify);
  return waitingMessage(request, count, estimateSeconds(offers, place.work), notify);
}
