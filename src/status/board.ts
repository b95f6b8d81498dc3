/**
 * A board of the queues, by bull-board: for looking only, since the bot alone keeps the promise that each request is
 * answered once. It is there on loopback, and elsewhere behind a password. What members typed is not shown.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { FastifyAdapter } from "@bull-board/fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import { allQueues } from "../queue/all.ts";
import { isLoopback } from "./server.ts";

const PATH = "/queues";

/** @returns serves the board under /queues, or nothing where anybody could open it */
export function boardOf(
  redis: Redis,
  host: string,
  password: string | undefined,
): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    if (password === undefined && !isLoopback(host)) return;
    const server = new FastifyAdapter().setBasePath(PATH);
    const board = createBullBoard({ queues: [], serverAdapter: server });
    const shown = new Set<string>();
    await app.register(async (scope) => {
      if (password !== undefined) scope.addHook("onRequest", passwordIs(password));
      scope.addHook("onRequest", async () => {
        for (const queue of await allQueues(redis, shown)) {
          shown.add(queue.name);
          const adapter = new BullMQAdapter(queue, { readOnlyMode: true });
          adapter.setFormatter("data", (data: unknown) => withoutPrompts(data));
          board.addQueue(adapter);
        }
      });
      await scope.register(server.registerPlugin(), { prefix: PATH });
    });
  };
}

/** HTTP's own way of asking; browsers show a form for it. The user name is not looked at. */
function passwordIs(password: string) {
  const wanted = digest(password);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const [scheme, encoded = ""] = (request.headers.authorization ?? "").split(" ");
    const given = Buffer.from(encoded, "base64").toString("utf8");
    const right = timingSafeEqual(digest(given.slice(given.indexOf(":") + 1)), wanted);
    if (scheme?.toLowerCase() === "basic" && right) return undefined;
    return reply
      .code(401)
      .header("www-authenticate", 'Basic realm="quantspot", charset="UTF-8"')
      .send({ error: "The board's password is QUANTSPOT_BOARD_PASSWORD." });
  };
}

/** Of one length, whatever was typed: that is what timingSafeEqual compares. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The prompts of a job's data, wherever they stand in it, by their length. */
function withoutPrompts(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data ?? null), (field, value: unknown) =>
    field === "prompt" && typeof value === "string" ? `(${value.length} characters)` : value,
  );
}
