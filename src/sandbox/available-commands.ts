import {
  type APIApplicationCommand,
  ApplicationCommandType,
  ChannelType,
  InteractionContextType,
  PermissionFlagsBits as Permission,
} from "discord-api-types/v10";
import { has, permissionsIn } from "./permissions.ts";

import { type Channel, GLOBAL, type World } from "./world.ts";

/** The commands that a client offers somebody in a channel: what may not be used is not shown. */
export function availableCommands(world: World, userId: string, channel: Channel): APIApplicationCommand[] {
  const own = channel.guildId === undefined ? [] : world.commandsOf(channel.guildId);
  const permissions = permissionsIn(world, channel, userId);
  if (!has(permissions, Permission.UseApplicationCommands)) return [];
  return [...own, ...world.commandsOf(GLOBAL)].filter(
    (command) => fitsPlace(command, channel) && isPermitted(command, permissions),
  );
}

function fitsPlace(command: APIApplicationCommand, channel: Channel): boolean {
  const isDirect = channel.type === ChannelType.DM;
  if (command.nsfw && !isDirect && !channel.nsfw) return false;
  if (command.guild_id !== undefined) return !isDirect;
  const context = isDirect ? InteractionContextType.BotDM : InteractionContextType.Guild;
  return command.contexts ? command.contexts.includes(context) : !isDirect || command.dm_permission !== false;
}

/** Null means everybody, "0" means administrators only. */
function isPermitted(command: APIApplicationCommand, permissions: bigint): boolean {
  const wanted = command.default_member_permissions;
  if (wanted === null || has(permissions, Permission.Administrator)) return true;
  return wanted !== "0" && has(permissions, BigInt(wanted));
}

export function isChatInput(command: APIApplicationCommand): boolean {
  return command.type === ApplicationCommandType.ChatInput;
}
