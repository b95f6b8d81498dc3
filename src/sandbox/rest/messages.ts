import { MessageCreateRequestSchema, MessageEditRequestPartialSchema } from "discord-api-spec/zod";
import { PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { cannotMessageUser, invalidForm, notYourMessage, unknownMessage } from "../errors.ts";
import type { MessageInput } from "../message-draft.ts";
import { createMessage, deleteMessage, editMessage, findMessage } from "../messages.ts";
import { messageForBot } from "../payloads.ts";
import { has, permissionsIn, sendPermission } from "../permissions.ts";
import { byId } from "../snowflake.ts";
import type { StoredMessage } from "../stored-message.ts";
import type { Channel, World } from "../world.ts";
import { needs, visibleChannel } from "./channels.ts";
import type { Call, Route } from "./route.ts";

const LIST = "/channels/:channel_id/messages";
const ONE = "/channels/:channel_id/messages/:message_id";

export const messageRoutes: Route[] = [
  { method: "GET", path: LIST, handle: list },
  {
    method: "GET",
    path: ONE,
    handle: ({ world, param }) => {
      const channel = visibleChannel(world, param("channel_id"));
      needs(world, channel, Permission.ReadMessageHistory);
      return messageForBot(world, publicMessage(world, channel, param("message_id")));
    },
  },
  {
    method: "POST",
    path: LIST,
    limit: { requests: 5, seconds: 5, per: ["channel_id"] },
    schema: () => MessageCreateRequestSchema,
    handle: create,
  },
  {
    method: "PATCH",
    path: ONE,
    limit: { requests: 5, seconds: 5, per: ["channel_id"] },
    schema: () => MessageEditRequestPartialSchema,
    handle: async ({ world, param, body, uploads }) => {
      const channel = visibleChannel(world, param("channel_id"));
      const stored = publicMessage(world, channel, param("message_id"));
      if (stored.message.author.id !== world.applicationId) throw notYourMessage();
      if (uploads.length > 0) needs(world, channel, Permission.AttachFiles);
      return (await editMessage(world, stored, body as MessageInput, uploads)).message;
    },
  },
  {
    method: "DELETE",
    path: ONE,
    limit: { requests: 5, seconds: 1, per: ["channel_id"] },
    handle: ({ world, param }) => {
      const channel = visibleChannel(world, param("channel_id"));
      const stored = publicMessage(world, channel, param("message_id"));
      if (stored.message.author.id !== world.applicationId) needs(world, channel, Permission.ManageMessages);
      deleteMessage(world, stored);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/messages/bulk-delete",
    handle: ({ world, param, body }) => {
      const channel = visibleChannel(world, param("channel_id"));
      needs(world, channel, Permission.ManageMessages);
      for (const id of (body as { messages?: string[] }).messages ?? []) {
        const stored = world.messages.get(id);
        if (stored?.message.channel_id === channel.id) deleteMessage(world, stored);
      }
    },
  },
];

async function create({ world, param, body, uploads }: Call): Promise<unknown> {
  const channel = visibleChannel(world, param("channel_id"));
  if (channel.recipientId !== undefined && world.person(channel.recipientId).closedDms) {
    throw cannotMessageUser();
  }
  needs(world, channel, sendPermission(channel));
  const input = body as MessageInput;
  if (uploads.length > 0) needs(world, channel, Permission.AttachFiles);
  if (input.message_reference) needs(world, channel, Permission.ReadMessageHistory);
  // Embeds that may not be shown are dropped without a word, as Discord does.
  const mayEmbed = has(permissionsIn(world, channel, world.applicationId), Permission.EmbedLinks);
  const allowed: MessageInput = mayEmbed ? input : { ...input, embeds: [] };
  return (await createMessage(world, channel, allowed, uploads, { author: world.bot })).message;
}

function list({ world, param, query }: Call): unknown {
  const channel = visibleChannel(world, param("channel_id"));
  const limit = query.limit === undefined ? 50 : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalidForm([
      { path: ["limit"], code: "NUMBER_TYPE_MAX", message: "int value should be between 1 and 100." },
    ]);
  }
  // Without it the list is empty rather than refused.
  if (!has(permissionsIn(world, channel, world.applicationId), Permission.ReadMessageHistory)) return [];
  const all = world
    .messagesIn(channel.id)
    .filter((stored) => stored.visibleTo === undefined)
    .sort((a, b) => byId(a.message, b.message));
  return page(all, query, limit)
    .reverse()
    .map((stored) => messageForBot(world, stored));
}

/** A part of a list in order of age, by Discord's three ways of asking. */
function page(
  all: readonly StoredMessage[],
  query: Record<string, string | undefined>,
  limit: number,
): StoredMessage[] {
  const { before, after, around } = query;
  const older = (id: string) => all.filter(({ message }) => BigInt(message.id) < BigInt(id));
  const newer = (id: string) => all.filter(({ message }) => BigInt(message.id) > BigInt(id));
  if (after !== undefined) return newer(after).slice(0, limit);
  if (before !== undefined) return older(before).slice(-limit);
  if (around === undefined) return all.slice(-limit);
  const half = Math.floor(limit / 2);
  const middle = all.filter(({ message }) => message.id === around);
  const left = half > 0 ? older(around).slice(-half) : [];
  return [...left, ...middle, ...newer(around).slice(0, half)];
}

function publicMessage(world: World, channel: Channel, id: string): StoredMessage {
  const stored = findMessage(world, channel.id, id);
  // An ephemeral message is reached by its interaction's token only.
  if (stored.visibleTo !== undefined) throw unknownMessage();
  return stored;
}
