import { type APIChannel, ChannelType } from "discord-api-types/v10";
import { isThread } from "./permissions.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { Channel, Guild, World } from "./world.ts";

/** The JSON that Discord shows of what the world holds. */

export function partialGuild(guild: Guild): Record<string, unknown> {
  return { id: guild.id, locale: "en-US", features: [] };
}

export function partialMember(world: World, guild: Guild, userId: string): Record<string, unknown> {
  const member = guild.members.get(userId);
  return {
    nick: member?.nick ?? null,
    roles: member?.roles ?? [],
    joined_at: member?.joinedAt ?? world.timestamp(),
    avatar: null,
    banner: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    premium_since: null,
    communication_disabled_until: null,
  };
}

export function fullMember(world: World, guild: Guild, userId: string): Record<string, unknown> {
  return { ...partialMember(world, guild, userId), user: world.person(userId).user };
}

export function fullChannel(world: World, channel: Channel): APIChannel {
  const common = { id: channel.id, type: channel.type, last_message_id: channel.lastMessageId, flags: 0 };
  if (channel.type === ChannelType.DM) {
    const recipient = channel.recipientId === undefined ? [] : [world.person(channel.recipientId).user];
    return { ...common, recipients: recipient } as unknown as APIChannel;
  }
  const inGuild = {
    ...common,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId ?? null,
    rate_limit_per_user: 0,
  };
  if (isThread(channel)) {
    return {
      ...inGuild,
      owner_id: channel.ownerId,
      message_count: world.messagesIn(channel.id).length,
      member_count: 2,
      thread_metadata: {
        archived: false,
        auto_archive_duration: 1440,
        archive_timestamp: world.timestamp(),
        locked: false,
      },
      // The bot was added to it; without this a client does not treat the thread as joined.
      member: { id: channel.id, user_id: world.applicationId, join_timestamp: world.timestamp(), flags: 0 },
    } as unknown as APIChannel;
  }
  return {
    ...inGuild,
    topic: channel.topic,
    nsfw: channel.nsfw,
    position: channel.position,
    permission_overwrites: channel.overwrites,
  } as unknown as APIChannel;
}

/** The channel inside an interaction: what its user may do there, and no overwrites. */
export function partialChannel(channel: Channel, permissions: bigint): Record<string, unknown> {
  return {
    id: channel.id,
    type: channel.type,
    last_message_id: channel.lastMessageId,
    permissions: permissions.toString(),
    flags: 0,
    ...(channel.guildId === undefined
      ? {}
      : {
          name: channel.name,
          guild_id: channel.guildId,
          parent_id: channel.parentId ?? null,
          nsfw: channel.nsfw,
          topic: channel.topic,
          position: channel.position,
          rate_limit_per_user: 0,
        }),
  };
}

export function restGuild(guild: Guild): Record<string, unknown> {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    roles: guild.roles,
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-US",
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
  };
}

/** What GUILD_CREATE adds to the guild. */
export function gatewayGuild(world: World, guild: Guild): Record<string, unknown> {
  const channels = guild.channelIds.flatMap((id) => world.channels.get(id) ?? []);
  const bot = guild.members.get(world.applicationId);
  return {
    ...restGuild(guild),
    joined_at: bot?.joinedAt ?? world.timestamp(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    // Without the members intent a bot hears of itself only.
    members: [fullMember(world, guild, world.applicationId)],
    channels: channels.filter((channel) => !isThread(channel)).map((channel) => fullChannel(world, channel)),
    threads: channels.filter(isThread).map((channel) => fullChannel(world, channel)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/**
 * A message as the bot gets it: without the intent for message content, what others wrote is blank, except in
 * direct messages and where the bot is mentioned.
 */
export function messageForBot(world: World, stored: StoredMessage): Record<string, unknown> {
  const { message } = stored;
  const mentionsBot = message.mentions.some((user) => user.id === world.applicationId);
  if (message.author.id === world.applicationId || stored.guildId === undefined || mentionsBot) {
    return { ...message };
  }
  return { ...message, content: "", embeds: [], attachments: [], components: [] };
}
