import {
  type APIApplicationCommand,
  ChannelType,
  InteractionType,
  type Locale,
  PermissionFlagsBits as Permission,
} from "discord-api-types/v10";
import { availableCommands } from "../available-commands.ts";
import type { InteractionRecord } from "../interaction-record.ts";
import { guildPermissions, has, isThread, permissionsIn } from "../permissions.ts";
import { isVisibleTo, type SandboxMessage, type StoredMessage } from "../stored-message.ts";
import type { Channel, Guild, World } from "../world.ts";

/** What the page shows to one person. */

export function personView(world: World, guild: Guild, userId: string): Record<string, unknown> {
  const { user } = world.person(userId);
  const member = guild.members.get(userId);
  const role = guild.roles
    .filter((candidate) => candidate.id !== guild.id && member?.roles.includes(candidate.id))
    .sort((a, b) => b.position - a.position)[0];
  return {
    id: user.id,
    name: user.username,
    displayName: user.global_name ?? user.username,
    bot: user.bot ?? false,
    role: role && !role.managed ? role.name : null,
    color: role?.color ? `#${role.color.toString(16).padStart(6, "0")}` : null,
    moderator: has(guildPermissions(guild, userId), Permission.ManageGuild),
  };
}

export function guildView(world: World, guild: Guild, userId: string): Record<string, unknown> {
  const channels = guild.channelIds.flatMap((id) => world.channels.get(id) ?? []);
  return {
    id: guild.id,
    name: guild.name,
    channels: channels
      .filter((channel) => has(permissionsIn(world, channel, userId), Permission.ViewChannel))
      .map(channelView),
    people: [...guild.members.keys()].map((id) => personView(world, guild, id)),
    roles: guild.roles.filter((role) => role.id !== guild.id).map(({ id, name }) => ({ id, name })),
  };
}

function channelView(channel: Channel): Record<string, unknown> {
  return {
    id: channel.id,
    name: channel.name,
    topic: channel.topic,
    nsfw: channel.nsfw,
    parentId: channel.parentId ?? null,
    kind: channel.type === ChannelType.DM ? "dm" : isThread(channel) ? "thread" : "text",
  };
}

export function directMessageViews(world: World, userId: string): Record<string, unknown>[] {
  return [...world.channels.values()].filter((channel) => channel.recipientId === userId).map(channelView);
}

export function messageViews(world: World, channel: Channel, userId: string): SandboxMessage[] {
  return world
    .messagesIn(channel.id)
    .filter((stored) => isVisibleTo(stored, userId))
    .map((stored) => messageView(world, stored));
}

/** A message with what a client looks up for it. */
export function messageView(world: World, { message }: StoredMessage): SandboxMessage {
  const referenced = world.messages.get(message.message_reference?.message_id ?? "");
  return referenced ? { ...message, referenced_message: referenced.message } : message;
}

export function commandViews(world: World, channel: Channel, userId: string): unknown {
  const { locale } = world.person(userId);
  return availableCommands(world, userId, channel).map((command) => inLocale(command, locale));
}

type Localizable = Pick<
  APIApplicationCommand,
  "name" | "name_localizations" | "description_localizations"
> & {
  options?: Localizable[];
  choices?: Localizable[];
};

/** As Discord lists a command to a client of that locale: what is translated stands beside what it translates. */
function inLocale(item: Localizable, locale: string): unknown {
  const name = item.name_localizations?.[locale as Locale];
  const description = item.description_localizations?.[locale as Locale];
  return {
    ...item,
    ...(name && { name_localized: name }),
    ...(description && { description_localized: description }),
    ...(item.options && { options: item.options.map((option) => inLocale(option, locale)) }),
    ...(item.choices && { choices: item.choices.map((choice) => inLocale(choice, locale)) }),
  };
}

export function interactionView(record: InteractionRecord): Record<string, unknown> {
  const data = record.payload.data as { name?: string; custom_id?: string } | undefined;
  return {
    id: record.id,
    isCommand: record.type === InteractionType.ApplicationCommand,
    name: data?.name ?? null,
    customId: data?.custom_id ?? null,
    channelId: record.channelId,
    sourceMessageId: record.sourceMessageId ?? null,
    state: record.state,
    modal: record.modal ?? null,
  };
}
