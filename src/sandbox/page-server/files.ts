import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { FastifyInstance } from "fastify";
import { onlyFromHere } from "../../onlyFromHere.ts";

const FOLDER = new URL("../page/", import.meta.url);

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Everything comes from here, and nothing that a message says can load or run anything else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves the page's files as they are. Which there are is known at the start: no path comes from a request. */
export async function servePageFiles(app: FastifyInstance): Promise<void> {
  for (const name of await readdir(FOLDER)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    app.get(name === "index.html" ? "/" : `/${name}`, { preHandler: onlyFromHere }, async (_request, reply) =>
      reply
        .type(type)
        .headers({
          "content-security-policy": POLICY,
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "cache-control": "no-cache",
        })
        .send(await readFile(new URL(name, FOLDER))),
    );
  }
}
