import { InteractionType, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import type { FastifyReply } from "fastify";
import { has, permissionsIn } from "../permissions.ts";
import { isVisibleTo, type StoredMessage } from "../stored-message.ts";
import type { World, WorldEvent } from "../world.ts";
import { interactionView, messageView } from "./views.ts";

/** Tells a page what happens, as Server-Sent Events, and only what its person may know. */
export function streamEvents(world: World, userId: string, reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    connection: "keep-alive",
  });
  const send = (event: unknown) => reply.raw.write(`data: ${JSON.stringify(event)}\n\n`);
  send({ type: "hello" });
  const stop = world.events.on((event) => {
    const view = eventFor(world, userId, event);
    if (view) send(view);
  });
  // A comment now and then, so that a page that has gone is noticed.
  const alive = setInterval(() => reply.raw.write(": alive\n\n"), 20_000);
  reply.raw.on("close", () => {
    clearInterval(alive);
    stop();
  });
}

function eventFor(world: World, userId: string, event: WorldEvent): Record<string, unknown> | undefined {
  switch (event.type) {
    case "messageCreate":
    case "messageUpdate":
      return maySee(world, userId, event.message)
        ? { type: event.type, message: messageView(world, event.message) }
        : undefined;
    case "messageDelete": {
      const { id, channel_id } = event.message.message;
      return { type: event.type, id, channelId: channel_id };
    }
    case "interactionCreate":
    case "interactionUpdate": {
      const { interaction } = event;
      const isOwn = interaction.userId === userId;
      return isOwn && interaction.type !== InteractionType.ApplicationCommandAutocomplete
        ? { type: "interaction", interaction: interactionView(interaction) }
        : undefined;
    }
    case "typing":
      return { type: "typing", channelId: event.channelId };
    case "ping":
      return event.ping.userId === userId ? { type: "ping", ping: event.ping } : undefined;
    case "gateway":
      return { type: "gateway", online: event.online };
    case "commandsUpdate":
      return { type: "commands" };
    default:
      return { type: "channels" };
  }
}

function maySee(world: World, userId: string, stored: StoredMessage): boolean {
  const channel = world.channels.get(stored.message.channel_id);
  if (!channel || !isVisibleTo(stored, userId)) return false;
  if (channel.guildId === undefined) return channel.recipientId === userId;
  return has(permissionsIn(world, channel, userId), Permission.ViewChannel);
}
