import { GatewayDispatchEvents as Event, GatewayIntentBits as Intent } from "discord-api-types/v10";
import { fullChannel, messageForBot, partialMember } from "../payloads.ts";
import { isThread } from "../permissions.ts";
import type { StoredMessage } from "../stored-message.ts";
import type { World, WorldEvent } from "../world.ts";

export interface GatewayEvent {
  name: string;
  data: unknown;
  /** Whose shard hears of it; without one it is shard 0. */
  guildId: string | undefined;
  /** Sent only to sessions with this intent; 0 goes to all. */
  intent: number;
}

/** What a bot hears of something that happened. */
export function toGatewayEvent(world: World, event: WorldEvent): GatewayEvent | undefined {
  switch (event.type) {
    case "interactionCreate": {
      const { payload, guildId } = event.interaction;
      return { name: Event.InteractionCreate, data: payload, guildId, intent: 0 };
    }
    case "messageCreate":
      return ofMessage(world, event.message, Event.MessageCreate);
    case "messageUpdate":
      return ofMessage(world, event.message, Event.MessageUpdate);
    case "messageDelete": {
      const { message, guildId, visibleTo } = event.message;
      if (visibleTo !== undefined) return undefined;
      const data = {
        id: message.id,
        channel_id: message.channel_id,
        ...(guildId ? { guild_id: guildId } : {}),
      };
      return { name: Event.MessageDelete, data, guildId, intent: messageIntent(guildId) };
    }
    case "channelCreate":
    case "channelUpdate":
    case "channelDelete":
    case "threadCreate": {
      const { channel } = event;
      const name = isThread(channel) ? THREAD_EVENTS[event.type] : CHANNEL_EVENTS[event.type];
      return { name, data: fullChannel(world, channel), guildId: channel.guildId, intent: Intent.Guilds };
    }
    default:
      return undefined;
  }
}

const CHANNEL_EVENTS = {
  channelCreate: Event.ChannelCreate,
  channelUpdate: Event.ChannelUpdate,
  channelDelete: Event.ChannelDelete,
  threadCreate: Event.ThreadCreate,
};

const THREAD_EVENTS = {
  channelCreate: Event.ThreadCreate,
  channelUpdate: Event.ThreadUpdate,
  channelDelete: Event.ThreadDelete,
  threadCreate: Event.ThreadCreate,
};

function ofMessage(world: World, stored: StoredMessage, name: string): GatewayEvent | undefined {
  // What one person only can see is not told to the gateway.
  if (stored.visibleTo !== undefined) return undefined;
  const { guildId, message } = stored;
  const guild = guildId === undefined ? undefined : world.guild(guildId);
  const data = {
    ...messageForBot(world, stored),
    ...(guild ? { guild_id: guild.id, member: partialMember(world, guild, message.author.id) } : {}),
  };
  return { name, data, guildId, intent: messageIntent(guildId) };
}

function messageIntent(guildId: string | undefined): number {
  return guildId === undefined ? Intent.DirectMessages : Intent.GuildMessages;
}
