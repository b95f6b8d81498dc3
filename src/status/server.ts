/**
 * A process's own web server: /healthz says that it lives, /readyz whether it can do its work and what is in the way,
 * /metrics is for Prometheus, /queues the board where there is one. On loopback it hears only whoever is there.
 */
import Fastify, { type FastifyInstance } from "fastify";
import { exit } from "../config.ts";
import { onlyFromHere } from "../onlyFromHere.ts";
import { measureProcess, registry } from "./registry.ts";

export interface StatusOptions {
  host: string;
  port: number;
  /** What is in the way of doing this process's work, as sentences; empty when nothing is. */
  problems: () => Promise<string[]>;
  /** Brings up to date what is not counted as it happens. */
  measure: () => Promise<void>;
  /** More to serve. */
  extend?: (app: FastifyInstance) => Promise<void>;
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Ends the program in one sentence where the port can't be had. */
export async function serveStatus(options: StatusOptions): Promise<FastifyInstance> {
  const { host, port, problems, measure, extend } = options;
  measureProcess();
  const app = Fastify({ forceCloseConnections: true });
  if (isLoopback(host)) app.addHook("onRequest", onlyFromHere);
  app.get("/healthz", async () => ({ alive: true }));
  app.get("/readyz", async (_request, reply) => {
    const found = await problems();
    return reply.code(found.length === 0 ? 200 : 503).send({ ready: found.length === 0, problems: found });
  });
  app.get("/metrics", async (_request, reply) => {
    await measure();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  await extend?.(app);
  await app.listen({ host, port }).catch((error: Error) => {
    exit(
      `The status page can't be served on ${host}, port ${port}: ${error.message}. Set QUANTSPOT_STATUS_PORT.`,
    );
  });
  return app;
}
