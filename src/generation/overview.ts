/** What of the queue a person may see: their own requests, and those of the server or channel that they moderate. */
import type { Redis } from "ioredis";
import type { Directory } from "../backends/directory.ts";
import type { Moderated } from "../discord/permissions.ts";
import { countAhead, placeOf } from "../queue/order.ts";
import { standingsOf } from "../queue/standing.ts";
import { openOfGuild, openOfMember } from "../store/openRequests.ts";
import { readProgress } from "../store/progress.ts";
import { type RequestRecord, readKnown } from "../store/requests.ts";
import { isSecret } from "./details.ts";
import { estimateSeconds } from "./estimate.ts";
import type { Progress } from "./request.ts";

/** More open requests of one server are counted, but not listed. */
const LISTED = 200;

export interface Viewer {
  guildId: string;
  /** Where they look. */
  channelId: string | null;
  userId: string;
  moderates: Moderated;
}

/** Open requests that may be shown to the viewer, their own first, then by age. A quiz's secret ones are never shown. */
export async function visibleTo(redis: Redis, viewer: Viewer): Promise<RequestRecord[]> {
  const { guildId, channelId, userId, moderates } = viewer;
  const ids =
    moderates === "nothing" ? await openOfMember(redis, guildId, userId) : await openOfGuild(redis, guildId);
  const records = await Promise.all(ids.slice(0, LISTED).map((id) => readKnown(redis, id)));
  return records
    .flatMap((record) => (record && !isSecret(record.request) ? [record] : []))
    .filter(
      ({ request }) =>
        moderates !== "channel" || request.channelId === channelId || request.userId === userId,
    )
    .toSorted((a, b) => {
      const own = Number(b.request.userId === userId) - Number(a.request.userId === userId);
      return own || a.request.createdAt - b.request.createdAt;
    });
}

export type RequestStatus =
  | { phase: "waiting"; ahead: number; estimate: number | undefined }
  /** `progress` of the render that runs, of which there may be several; absent while its worker has said nothing yet. */
  | { phase: "running"; rendered: number; renders: number; progress: Progress | undefined }
  | { phase: "delivering" };

export async function statusOf(
  redis: Redis,
  directory: Directory,
  { request, state }: RequestRecord,
): Promise<RequestStatus> {
  const [standings, place, progress] = await Promise.all([
    standingsOf(redis, request),
    placeOf(redis, request),
    readProgress(redis, request.id),
  ]);
  const running = standings.indexOf("running");
  if (running >= 0) {
    const rendered = standings.filter((standing) => standing === "rendered").length;
    return { phase: "running", rendered, renders: standings.length, progress: progress.get(running) };
  }
  if (state === "delivering" || !standings.includes("waiting")) return { phase: "delivering" };
  return { phase: "waiting", ahead: countAhead(place), estimate: estimateSeconds(directory, place.work) };
}
