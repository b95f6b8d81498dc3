import type { FastifyInstance } from "fastify";
import { onlyFromHere } from "../onlyFromHere.ts";
import type { World } from "./world.ts";

/** Where messages' files are fetched, as from Discord's CDN. */
export function serveAttachments(app: FastifyInstance, world: World): void {
  app.get<{ Params: { channel: string; id: string; filename: string } }>(
    "/attachments/:channel/:id/:filename",
    { preHandler: onlyFromHere },
    (request, reply) => {
      const { id } = request.params;
      const bytes = world.files.get(id);
      if (!bytes) return reply.code(404).send("This content is no longer available.");
      return (
        reply
          .type(contentTypeOf(world, id))
          .header("cache-control", "private, max-age=31536000, immutable")
          .header("x-content-type-options", "nosniff")
          // A file is somebody's upload: it may be shown, never run in the page's name.
          .header("content-security-policy", "sandbox; default-src 'none'")
          .send(bytes)
      );
    },
  );
}

function contentTypeOf(world: World, id: string): string {
  for (const { message } of world.messages.values()) {
    const found = message.attachments.find((attachment) => attachment.id === id);
    if (found?.content_type?.startsWith("image/")) return found.content_type;
  }
  return "application/octet-stream";
}
