/** Where an interaction happens and what its member is there, as far as rules ask for it. */
import type { BaseInteraction, Channel } from "discord.js";
import { isManager } from "./permissions.ts";

export interface Visit {
  channelId: string;
  /** Of a thread, the channel that it is in. */
  parentId: string | undefined;
  ageRestricted: boolean;
  /** Ids; none in direct messages. */
  roles: string[];
  /** May manage the server. */
  isManager: boolean;
}

export async function visitOf(interaction: BaseInteraction): Promise<Visit> {
  const { channelId, guildId, client } = interaction;
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

/** A thread is as its channel is. */
function isAgeRestricted(channel: Channel | null): boolean {
  const place = channel?.isThread() ? channel.parent : channel;
  return place !== null && place !== undefined && "nsfw" in place && place.nsfw;
}

function rolesOf(interaction: BaseInteraction): string[] {
  if (interaction.inCachedGuild()) return [...interaction.member.roles.cache.keys()];
  return interaction.inRawGuild() ? interaction.member.roles : [];
}
