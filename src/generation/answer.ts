/** The end of every request: its answer is made out of what was rendered, and delivered. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import { MessageRefused, type Messages } from "../discord/messages.ts";
import type { Logger } from "../log.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import { cancelledBy } from "../store/requests.ts";
import { deliver } from "./deliver.ts";
import type { Request } from "./request.ts";
import { answerOf } from "./result.ts";

/** What Discord takes everywhere, whatever the interaction promised: a server may have lost its boosts since. */
const SAFE_ATTACHMENT_BYTES = 8 * 1024 ** 2;

export interface AnswerPorts {
  redis: Redis;
  messages: Messages;
  directory: DirectoryCache;
  log: Logger;
}

/** Throws only what is worth another try; the queue tries again. */
export async function answerAndDeliver(
  ports: AnswerPorts,
  request: Request,
  outcomes: RenderOutcome[],
): Promise<void> {
  const { redis, log } = ports;
  const directory = await ports.directory.get();
  const by = await cancelledBy(redis, request.id);
  const results = outcomes.flatMap((outcome) => (outcome.ended === "rendered" ? [outcome.result] : []));
  const send = async (asked: Request) =>
    deliver(ports, request, await answerOf({ redis, directory }, asked, outcomes, by), results);
  try {
    await send(request);
  } catch (error) {
    if (!(error instanceof MessageRefused && error.reason === "too-large")) throw error;
    await send({
      ...request,
      attachmentSizeLimit: Math.min(request.attachmentSizeLimit, SAFE_ATTACHMENT_BYTES) / 2,
    });
  }
  log.info({ requestId: request.id, rendered: results.length, cancelled: by !== undefined }, "answered");
}
