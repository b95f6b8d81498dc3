import type { FastifyReply, FastifyRequest } from "fastify";

const LOCAL: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/**
 * For pages on loopback that let whoever opens them act: only they themselves may ask. A foreign site can reach loopback
 * through a name that it points there (then Host is foreign) or by asking from its own pages (then Origin is).
 */
export async function onlyFromHere(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const host = request.headers.host ?? "";
  const { origin } = request.headers;
  const isLocal = LOCAL.includes(host.replace(/:\d+$/, ""));
  const isOwnOrigin = origin === undefined || origin === `http://${host}`;
  return isLocal && isOwnOrigin ? undefined : reply.code(403).send({ error: "Only this page may ask." });
}
