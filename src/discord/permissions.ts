/** What the bot itself needs in a channel, and who counts as a moderator. */
import {
  type BaseInteraction,
  type ClientApplication,
  PermissionFlagsBits,
  PermissionsBitField,
  Team,
} from "discord.js";
import { TeamMemberRole } from "discord-api-types/v10";
import { Refusal } from "../refusal.ts";

const NEEDED = [
  [PermissionFlagsBits.ViewChannel, "ViewChannel"],
  [PermissionFlagsBits.AttachFiles, "AttachFiles"],
] as const;

const IN_CHANNELS = [PermissionFlagsBits.SendMessages, "SendMessages"] as const;
const IN_THREADS = [PermissionFlagsBits.SendMessagesInThreads, "SendMessagesInThreads"] as const;
const NEW_THREADS = [PermissionFlagsBits.CreatePublicThreads, "CreatePublicThreads"] as const;

/**
 * Checked before anything is queued: an image that can't be posted is a GPU's time for nothing.
 * @throws Refusal that names what is missing
 */
export function requireBotPermissions(interaction: BaseInteraction): void {
  requireGranted(interaction, isThread(interaction) ? IN_THREADS : IN_CHANNELS);
}

/** The same for posting in a thread that is opened for it. @throws Refusal that names what is missing */
export function requireNewThread(interaction: BaseInteraction): void {
  requireGranted(interaction, NEW_THREADS, IN_THREADS);
}

function requireGranted(
  { appPermissions }: BaseInteraction,
  ...more: (typeof IN_CHANNELS | typeof IN_THREADS | typeof NEW_THREADS)[]
): void {
  const granted = new PermissionsBitField(appPermissions);
  const missing = [...NEEDED, ...more].filter(([flag]) => !granted.has(flag)).map(([, name]) => name);
  if (missing.length > 0)
    throw new Refusal((t) => t.missingPermissions(missing.map((name) => t.permissions[name])));
}

/** Discord tells a bot every channel of a server it is in, but not every thread: what it doesn't know is one. */
export function isThread({ channel, guild }: BaseInteraction): boolean {
  return channel ? channel.isThread() : (guild?.channels.cache.size ?? 0) > 0;
}

/** Of which requests somebody is the moderator. */
export type Moderated = "server" | "channel" | "nothing";

/**
 * Whoever may manage the server moderates all of it; whoever may delete others' messages in the interaction's channel,
 * that channel: Discord does not tell what they may in another one.
 */
export function moderatedBy(interaction: BaseInteraction): Moderated {
  if (isManager(interaction)) return "server";
  return interaction.memberPermissions?.has(PermissionFlagsBits.ManageMessages) ? "channel" : "nothing";
}

/** Whoever may manage the server: presets and settings are theirs. */
export const isManager = (interaction: BaseInteraction): boolean =>
  interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false;

/**
 * Discord shows a manager's commands to managers only, as long as nobody changes that in the server's settings, and
 * buttons to everybody: so every handler of theirs asks again.
 * @throws Refusal
 */
export function requireManager(interaction: BaseInteraction): void {
  if (!interaction.inGuild()) throw new Refusal((t) => t.onlyInServers);
  if (!isManager(interaction)) throw new Refusal((t) => t.managersOnly);
}

/**
 * For what concerns everybody's bot: whoever may manage its home server, and the application's owners.
 * @throws Refusal
 */
export async function requireOperator(
  interaction: BaseInteraction,
  homeGuildId: string | undefined,
): Promise<void> {
  if (homeGuildId !== undefined && interaction.guildId === homeGuildId && isManager(interaction)) return;
  const owners = await ownersOf(interaction.client.application);
  if (!owners.includes(interaction.user.id)) throw new Refusal((t) => t.queue.operatorsOnly);
}

/** Ids of the application's owner, or of the members of its team who may change it. */
async function ownersOf(application: ClientApplication): Promise<string[]> {
  const { owner } = application.owner ? application : await application.fetch();
  if (!(owner instanceof Team)) return owner ? [owner.id] : [];
  const members = owner.members.filter(({ role }) => role !== TeamMemberRole.ReadOnly);
  return [...members.keys()];
}
