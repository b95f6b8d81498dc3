import {
  type APIOverwrite,
  ChannelType,
  OverwriteType,
  PermissionFlagsBits as Permission,
} from "discord-api-types/v10";
import type { Channel, Guild, World } from "./world.ts";

export type PermissionName = keyof typeof Permission;

const ALL = Object.values(Permission).reduce((sum, bit) => sum | bit, 0n);

/** What somebody may do in direct messages; Discord has no roles there. */
const DIRECT_MESSAGE =
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.EmbedLinks |
  Permission.AttachFiles |
  Permission.ReadMessageHistory |
  Permission.MentionEveryone |
  Permission.UseExternalEmojis |
  Permission.UseApplicationCommands;

/** In the order of Discord's documentation: everyone, roles, then the channel's overwrites the same way. */
export function permissionsIn(world: World, channel: Channel, userId: string): bigint {
  if (channel.guildId === undefined) return DIRECT_MESSAGE;
  const guild = world.guild(channel.guildId);
  const base = guildPermissions(guild, userId);
  if (base === ALL) return ALL;
  const member = guild.members.get(userId);
  if (!member) return 0n;
  // A thread has no overwrites of its own.
  const overwrites = isThread(channel)
    ? world.channel(channel.parentId ?? "").overwrites
    : channel.overwrites;
  let allowed = apply(
    base,
    overwrites.filter((entry) => entry.id === guild.id),
  );
  allowed = apply(
    allowed,
    overwrites.filter((entry) => entry.type === OverwriteType.Role && member.roles.includes(entry.id)),
  );
  return apply(
    allowed,
    overwrites.filter((entry) => entry.type === OverwriteType.Member && entry.id === userId),
  );
}

export function guildPermissions(guild: Guild, userId: string): bigint {
  if (guild.ownerId === userId) return ALL;
  const member = guild.members.get(userId);
  if (!member) return 0n;
  let bits = 0n;
  for (const role of guild.roles) {
    if (role.id === guild.id || member.roles.includes(role.id)) bits |= BigInt(role.permissions);
  }
  return bits & Permission.Administrator ? ALL : bits;
}

function apply(bits: bigint, overwrites: readonly APIOverwrite[]): bigint {
  const deny = overwrites.reduce((sum, entry) => sum | BigInt(entry.deny), 0n);
  const allow = overwrites.reduce((sum, entry) => sum | BigInt(entry.allow), 0n);
  return (bits & ~deny) | allow;
}

export function isThread(channel: Channel): boolean {
  return channel.type === ChannelType.PublicThread || channel.type === ChannelType.PrivateThread;
}

/** Threads ask for another permission to write than channels do. */
export function sendPermission(channel: Channel): bigint {
  return isThread(channel) ? Permission.SendMessagesInThreads : Permission.SendMessages;
}

export function has(bits: bigint, ...wanted: readonly bigint[]): boolean {
  return wanted.every((bit) => (bits & bit) === bit);
}
