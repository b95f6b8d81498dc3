import {
  AllowedMentionsTypes,
  type APIAllowedMentions,
  MessageFlags,
  PermissionFlagsBits as Permission,
} from "discord-api-types/v10";
import { has, permissionsIn } from "./permissions.ts";
import { hasFlag, type StoredMessage } from "./stored-message.ts";
import type { Channel, World } from "./world.ts";

/** One person's attention asked for, once. */
export interface Ping {
  userId: string;
  messageId: string;
  channelId: string;
  reason: "mention" | "role" | "everyone" | "reply" | "direct message";
  /** Sent with the flag that suppresses the notification's sound. */
  silent: boolean;
  at: number;
}

export interface Mentioned {
  users: string[];
  roles: string[];
  everyone: boolean;
}

/** What a text names, before asking whether it may ping. */
export function mentionsIn(text: string): Mentioned {
  return {
    users: unique(text.matchAll(/<@!?(\d+)>/g)),
    roles: unique(text.matchAll(/<@&(\d+)>/g)),
    everyone: /@(everyone|here)\b/.test(text),
  };
}

function unique(matches: Iterable<RegExpMatchArray>): string[] {
  return [...new Set([...matches].map((match) => match[1] ?? ""))];
}

/** Whom a text pings, with the sender's allowed_mentions and permissions applied. */
export function allowedPings(
  world: World,
  channel: Channel,
  authorId: string,
  text: string,
  allowed: APIAllowedMentions | undefined,
): Mentioned {
  const named = mentionsIn(text);
  const mayPingAll = has(permissionsIn(world, channel, authorId), Permission.MentionEveryone);
  const parse = allowed ? (allowed.parse ?? []) : Object.values(AllowedMentionsTypes);
  const guild = channel.guildId === undefined ? undefined : world.guild(channel.guildId);
  const pingable = (roleId: string) =>
    mayPingAll || (guild?.roles.find((role) => role.id === roleId)?.mentionable ?? false);
  return {
    users: named.users.filter(
      (id) => parse.includes(AllowedMentionsTypes.User) || (allowed?.users ?? []).includes(id),
    ),
    roles: named.roles.filter(
      (id) =>
        pingable(id) && (parse.includes(AllowedMentionsTypes.Role) || (allowed?.roles ?? []).includes(id)),
    ),
    everyone: named.everyone && mayPingAll && parse.includes(AllowedMentionsTypes.Everyone),
  };
}

/** Writes down whom a new message pings. Edits never ping. */
export function recordPings(
  world: World,
  stored: StoredMessage,
  mentioned: Mentioned,
  repliedUserId?: string,
): void {
  const { message } = stored;
  // Nobody is notified of a message that only one person, who is already looking, can see.
  if (hasFlag(message, MessageFlags.Ephemeral)) return;
  const channel = world.channel(message.channel_id);
  const members = channel.guildId === undefined ? undefined : world.guild(channel.guildId).members;
  const reasons = new Map<string, Ping["reason"]>();
  const add = (userId: string, reason: Ping["reason"]) => {
    if (userId !== message.author.id && !reasons.has(userId)) reasons.set(userId, reason);
  };
  if (channel.recipientId !== undefined) add(channel.recipientId, "direct message");
  if (repliedUserId !== undefined) add(repliedUserId, "reply");
  for (const userId of mentioned.users) if (!members || members.has(userId)) add(userId, "mention");
  for (const member of members?.values() ?? []) {
    if (member.roles.some((role) => mentioned.roles.includes(role))) add(member.userId, "role");
    if (mentioned.everyone) add(member.userId, "everyone");
  }
  for (const [userId, reason] of reasons) {
    const ping: Ping = {
      userId,
      reason,
      messageId: message.id,
      channelId: channel.id,
      silent: hasFlag(message, MessageFlags.SuppressNotifications),
      at: world.clock.now(),
    };
    world.pings.push(ping);
    world.events.emit({ type: "ping", ping });
  }
}
