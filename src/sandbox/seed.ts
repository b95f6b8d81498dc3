import {
  type APIRole,
  type APIUser,
  ChannelType,
  OverwriteType,
  PermissionFlagsBits as Permission,
  type RoleFlags,
} from "discord-api-types/v10";
import { snowflakeAt, timestampOf } from "./snowflake.ts";
import type { Channel, Guild, World } from "./world.ts";

const EVERYONE =
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.SendMessagesInThreads |
  Permission.CreatePublicThreads |
  Permission.EmbedLinks |
  Permission.AttachFiles |
  Permission.AddReactions |
  Permission.ReadMessageHistory |
  Permission.UseExternalEmojis |
  Permission.UseApplicationCommands;

const MODERATOR =
  Permission.ManageGuild | Permission.ManageChannels | Permission.ManageMessages | Permission.MentionEveryone;

const CHANNEL_NAMES = {
  images: "images",
  general: "general",
  ageRestricted: "after-dark",
  withoutAttach: "text-only",
  thread: "star gazing",
} as const;

export type ChannelKey = keyof typeof CHANNEL_NAMES;

export interface SeededGuild {
  id: string;
  channels: Record<ChannelKey, string>;
}

export function addPerson(world: World, name: string, more: Partial<APIUser> = {}): APIUser {
  const user: APIUser = {
    id: more.id ?? world.nextId(),
    username: name.toLowerCase().replaceAll(/[^a-z0-9_.]/g, "_"),
    global_name: more.bot ? null : name.charAt(0).toUpperCase() + name.slice(1),
    discriminator: "0",
    avatar: null,
    ...more,
  };
  world.people.set(user.id, { user, locale: "en-US", closedDms: false });
  return user;
}

export function addMember(world: World, guild: Guild, userId: string, roles: string[] = []): void {
  guild.members.set(userId, { userId, nick: null, roles, joinedAt: world.timestamp() });
}

/** A server with the channels that make a difference to a bot. */
export function addGuild(world: World, index: number, ownerId: string, botName: string): SeededGuild {
  // Ids one millisecond apart put neighbouring servers on different shards.
  const id = snowflakeAt(timestampOf(world.applicationId) - 86_400_000 + index);
  const moderatorRole = world.nextId();
  const botRole = world.nextId();
  const guild: Guild = {
    id,
    name: index === 0 ? "Local Discord" : `Local Discord ${index + 1}`,
    ownerId,
    roles: [
      role(id, "@everyone", EVERYONE, 0),
      role(moderatorRole, "Moderators", MODERATOR, 1),
      role(botRole, botName, EVERYONE, 2, true),
    ],
    members: new Map(),
    channelIds: [],
  };
  world.guilds.set(id, guild);
  addMember(world, guild, ownerId);
  addMember(world, guild, world.applicationId, [botRole]);

  const text = (key: ChannelKey, topic: string, more: Partial<Channel> = {}) =>
    addChannel(world, {
      id: world.nextId(),
      guildId: id,
      type: ChannelType.GuildText,
      name: CHANNEL_NAMES[key],
      topic,
      nsfw: false,
      position: guild.channelIds.length,
      overwrites: [],
      lastMessageId: null,
      ...more,
    }).id;

  const images = text("images", "Ask for pictures here.");
  const channels: Record<ChannelKey, string> = {
    images,
    general: text("general", "Anything else."),
    ageRestricted: text("ageRestricted", "For adults.", { nsfw: true }),
    withoutAttach: text("withoutAttach", "The bot may write here, but attach nothing.", {
      overwrites: [
        {
          id: world.applicationId,
          type: OverwriteType.Member,
          allow: "0",
          deny: Permission.AttachFiles.toString(),
        },
      ],
    }),
    thread: addChannel(world, {
      id: world.nextId(),
      guildId: id,
      type: ChannelType.PublicThread,
      name: CHANNEL_NAMES.thread,
      topic: null,
      nsfw: false,
      position: 0,
      overwrites: [],
      parentId: images,
      ownerId,
      lastMessageId: null,
    }).id,
  };
  return { id, channels };
}

export function moderatorRoleOf(guild: Guild): string {
  return guild.roles.find((candidate) => candidate.name === "Moderators")?.id ?? guild.id;
}

export function addChannel(world: World, channel: Channel): Channel {
  world.channels.set(channel.id, channel);
  if (channel.guildId !== undefined) world.guild(channel.guildId).channelIds.push(channel.id);
  return channel;
}

function role(id: string, name: string, permissions: bigint, position: number, managed = false): APIRole {
  const color = name === "Moderators" ? 0x2ecc71 : 0;
  return {
    id,
    name,
    color,
    colors: { primary_color: color, secondary_color: null, tertiary_color: null },
    hoist: managed || name === "Moderators",
    icon: null,
    unicode_emoji: null,
    position,
    permissions: permissions.toString(),
    managed,
    mentionable: false,
    flags: 0 as RoleFlags,
  };
}
