/** What the bot itself needs in a channel, and who counts as a moderator. */
import { type BaseInteraction, PermissionFlagsBits, PermissionsBitField } from "discord.js";
import { Refusal } from "../refusal.ts";
import { en } from "../texts/en.ts";

const NEEDED = [
  [PermissionFlagsBits.ViewChannel, "View Channel"],
  [PermissionFlagsBits.AttachFiles, "Attach Files"],
] as const;

/**
 * Checked before anything is queued: an image that can't be posted is a GPU's time for nothing.
 * @throws Refusal that names what is missing
 */
export function requireBotPermissions(interaction: BaseInteraction): void {
  const granted = new PermissionsBitField(interaction.appPermissions);
  const send = isThread(interaction)
    ? ([PermissionFlagsBits.SendMessagesInThreads, "Send Messages in Threads"] as const)
    : ([PermissionFlagsBits.SendMessages, "Send Messages"] as const);
  const missing = [...NEEDED, send].filter(([flag]) => !granted.has(flag)).map(([, name]) => name);
  if (missing.length > 0) throw new Refusal(en.missingPermissions(missing));
}

/** Discord tells a bot every channel of a server it is in, but not every thread: what it doesn't know is one. */
function isThread({ channel, guild }: BaseInteraction): boolean {
  return channel ? channel.isThread() : (guild?.channels.cache.size ?? 0) > 0;
}

/** Whoever may manage the server, or delete others' messages in the channel. */
export const isModerator = (interaction: BaseInteraction): boolean =>
  interaction.memberPermissions?.any([PermissionFlagsBits.ManageGuild, PermissionFlagsBits.ManageMessages]) ??
  false;
