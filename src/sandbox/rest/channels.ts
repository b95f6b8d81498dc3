import {
  CreateTextThreadWithMessageRequestSchema,
  CreateTextThreadWithoutMessageRequestSchema,
} from "discord-api-spec/zod";
import { ChannelType, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { missingAccess, missingPermissions } from "../errors.ts";
import { findMessage } from "../messages.ts";
import { fullChannel } from "../payloads.ts";
import { has, permissionsIn, sendPermission } from "../permissions.ts";
import { addChannel } from "../seed.ts";
import type { Channel, World } from "../world.ts";
import { type Call, Created, type Route } from "./route.ts";

export const channelRoutes: Route[] = [
  {
    method: "GET",
    path: "/channels/:channel_id",
    handle: ({ world, param }) => fullChannel(world, visibleChannel(world, param("channel_id"))),
  },
  {
    method: "POST",
    path: "/channels/:channel_id/typing",
    handle: ({ world, param }) => {
      const channel = visibleChannel(world, param("channel_id"));
      needs(world, channel, sendPermission(channel));
      world.events.emit({ type: "typing", channelId: channel.id });
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/threads",
    schema: () => CreateTextThreadWithoutMessageRequestSchema,
    handle: (call) => {
      const { type } = call.body as { type?: ChannelType };
      return openThread(call, call.world.nextId(), type ?? ChannelType.PrivateThread);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/messages/:message_id/threads",
    schema: () => CreateTextThreadWithMessageRequestSchema,
    handle: (call) => {
      const { message } = findMessage(call.world, call.param("channel_id"), call.param("message_id"));
      // A thread that starts at a message has the message's id.
      return openThread(call, message.id, ChannelType.PublicThread);
    },
  },
];

function openThread({ world, param, body }: Call, id: string, type: ChannelType): Created {
  const parent = visibleChannel(world, param("channel_id"));
  needs(
    world,
    parent,
    type === ChannelType.PrivateThread ? Permission.CreatePrivateThreads : Permission.CreatePublicThreads,
  );
  const channel = addChannel(world, {
    id,
    type,
    ...(parent.guildId === undefined ? {} : { guildId: parent.guildId }),
    name: (body as { name: string }).name,
    topic: null,
    nsfw: parent.nsfw,
    position: 0,
    overwrites: [],
    parentId: parent.id,
    ownerId: world.applicationId,
    lastMessageId: null,
  });
  world.events.emit({ type: "threadCreate", channel });
  return new Created(fullChannel(world, channel));
}

/** What the bot can't see is refused before anything else is said about it. */
export function visibleChannel(world: World, id: string): Channel {
  const channel = world.channel(id);
  if (!has(permissionsIn(world, channel, world.applicationId), Permission.ViewChannel)) throw missingAccess();
  return channel;
}

export function needs(world: World, channel: Channel, ...permissions: readonly bigint[]): void {
  if (!has(permissionsIn(world, channel, world.applicationId), ...permissions)) throw missingPermissions();
}
