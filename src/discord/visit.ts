/** Where an interaction happens and what its member is there, as far as rules ask for it. */
import {
  type APIGuildMember,
  type BaseInteraction,
  type Channel,
  type Client,
  DiscordAPIError,
  Routes,
} from "discord.js";
import { Refusal } from "../refusal.ts";
import { isManager } from "./permissions.ts";

export interface Visit {
  channelId: string;
  /** Of a thread, the channel that it is in. */
  parentId: string | undefined;
  ageRestricted: boolean;
  /** Ids. */
  roles: string[];
  /** May manage the server. */
  isManager: boolean;
}

/** Where a result was asked for. */
export interface Origin {
  guildId: string;
  channelId: string;
}

/**
 * @param origin of the result whose button was pressed: what counts in direct messages
 * @throws Refusal in direct messages, where the member or the bot has left the result's server
 */
export async function visitOf(interaction: BaseInteraction, origin?: Origin): Promise<Visit> {
  const { channelId, guildId, client } = interaction;
  if (!guildId && origin) return visitFromAfar(client, interaction.user.id, origin);
  // A thread may not have been told to the bot.
  const channel =
    interaction.channel ?? (guildId && channelId ? await client.channels.fetch(channelId) : null);
  return {
    channelId: channelId ?? "",
    parentId: channel?.isThread() ? (channel.parentId ?? undefined) : undefined,
    ageRestricted: isAgeRestricted(channel),
    roles: rolesOf(interaction),
    isManager: isManager(interaction),
  };
}

/**
 * From direct messages, where Discord tells no roles. The server may be another shard's, so it is asked for both.
 * The picture comes where the button is: in no age-restricted channel, and to no moderator's desk.
 */
async function visitFromAfar(
  client: Client<true>,
  userId: string,
  { guildId, channelId }: Origin,
): Promise<Visit> {
  const [member, channel] = await Promise.all([
    found(client.rest.get(Routes.guildMember(guildId, userId)) as Promise<APIGuildMember>),
    found(client.channels.fetch(channelId, { allowUnknownGuild: true })),
  ]);
  if (!member) throw new Refusal((t) => t.leftServer);
  const parentId = channel?.isThread() ? (channel.parentId ?? undefined) : undefined;
  return { channelId, parentId, ageRestricted: false, roles: member.roles, isManager: false };
}

/** Undefined for what Discord does not have, or does not show to the bot any more. */
async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}

/** A thread is as its channel is. */
function isAgeRestricted(channel: Channel | null): boolean {
  const place = channel?.isThread() ? channel.parent : channel;
  return place !== null && place !== undefined && "nsfw" in place && place.nsfw;
}

function rolesOf(interaction: BaseInteraction): string[] {
  if (interaction.inCachedGuild()) return [...interaction.member.roles.cache.keys()];
  return interaction.inRawGuild() ? interaction.member.roles : [];
}
