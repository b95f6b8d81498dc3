import {
  type APIAttachment,
  type APIMessageTopLevelComponent,
  ApplicationCommandType,
  ComponentType,
  InteractionType,
  PermissionFlagsBits as Permission,
} from "discord-api-types/v10";
import { store } from "./attachments.ts";
import { availableCommands, isChatInput } from "./available-commands.ts";
import { parseCommandLine, toAutocompleteData, toCommandData } from "./command-line.ts";
import type { InteractionRecord } from "./interaction-record.ts";
import { createInteraction } from "./interactions.ts";
import { toModalData } from "./modal-data.ts";
import { InputError, type Resolved, toValue, UnknownCommandError } from "./option-values.ts";
import { fullMember } from "./payloads.ts";
import { has, permissionsIn } from "./permissions.ts";
import { type Component, isSelect, walk } from "./rules/components.ts";
import { isVisibleTo, type SandboxMessage } from "./stored-message.ts";
import type { Channel, World } from "./world.ts";

/** Somebody in a channel: who does what follows, and where. */
export interface Actor {
  world: World;
  userId: string;
  channelId: string;
}

export type InputFiles = Record<string, Buffer>;

/** Everything that a client lets somebody do, with the checks that the client makes before it sends anything. */
export async function runCommand(
  actor: Actor,
  line: string,
  files: InputFiles = {},
): Promise<InteractionRecord> {
  const { world, userId, channelId } = actor;
  const channel = reachableChannel(actor);
  const typed = parseCommandLine(line, availableCommands(world, userId, channel).filter(isChatInput));
  const attachments = new Map<string, APIAttachment>();
  for (const [filename, bytes] of Object.entries(files)) {
    attachments.set(filename, await store(world, channelId, { index: 0, filename, contentType: "", bytes }));
  }
  const data = toCommandData(typed, { world, channel, userId, resolved: {}, attachments });
  return createInteraction(world, { type: InteractionType.ApplicationCommand, userId, channelId, data });
}

export function autocomplete(actor: Actor, line: string, focused: string): InteractionRecord {
  const { world, userId, channelId } = actor;
  const commands = availableCommands(world, userId, reachableChannel(actor)).filter(isChatInput);
  const data = toAutocompleteData(parseCommandLine(line, commands), focused);
  const type = InteractionType.ApplicationCommandAutocomplete;
  return createInteraction(world, { type, userId, channelId, data });
}

/** A command on a message or a person. */
export function runContextMenu(
  actor: Actor,
  name: string,
  target: { messageId: string } | { userId: string },
): InteractionRecord {
  const { world, userId } = actor;
  const wanted = "messageId" in target ? ApplicationCommandType.Message : ApplicationCommandType.User;
  const channel = reachableChannel(actor);
  const command = availableCommands(world, userId, channel).find(
    (candidate) => candidate.type === wanted && candidate.name === name,
  );
  if (!command) throw new UnknownCommandError(`There is no command "${name}" that you may use here.`);
  const targetId = "messageId" in target ? target.messageId : target.userId;
  const data = {
    id: command.id,
    name: command.name,
    type: command.type,
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
    target_id: targetId,
    resolved:
      "messageId" in target
        ? { messages: { [targetId]: visibleMessage(actor, targetId) } }
        : resolvePerson(world, channel, targetId),
  };
  const type = InteractionType.ApplicationCommand;
  return createInteraction(world, { type, userId, channelId: channel.id, data });
}

export function click(actor: Actor, messageId: string, customIdOrLabel: string): InteractionRecord {
  const message = visibleMessage(actor, messageId);
  const component = findComponent(
    message,
    customIdOrLabel,
    (candidate) => candidate.type === ComponentType.Button,
  );
  return sendComponent(actor, message, component, {});
}

export function select(
  actor: Actor,
  messageId: string,
  customIdOrLabel: string,
  values: readonly string[],
): InteractionRecord {
  const message = visibleMessage(actor, messageId);
  const component = findComponent(message, customIdOrLabel, isSelect);
  const { min_values: min = 1, max_values: max = 1 } = component;
  if (values.length < min || values.length > max) {
    throw new InputError(`Choose ${min === max ? min : `${min} to ${max}`}.`);
  }
  const { chosen, resolved } = chooseValues(actor, component, values);
  return sendComponent(actor, message, component, {
    values: chosen,
    ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
  });
}

export function submitModal(
  actor: Actor,
  opened: InteractionRecord,
  values: Record<string, string | readonly string[]>,
): InteractionRecord {
  if (!opened.modal || opened.userId !== actor.userId) throw new InputError("There is no form open.");
  const { world, userId } = actor;
  const data = toModalData(opened.modal, values);
  const source =
    opened.sourceMessageId === undefined ? undefined : world.messages.get(opened.sourceMessageId);
  return createInteraction(world, {
    type: InteractionType.ModalSubmit,
    userId,
    channelId: opened.channelId,
    data,
    ...(source ? { message: structuredClone(source.message) } : {}),
  });
}

function sendComponent(
  actor: Actor,
  message: SandboxMessage,
  component: Component,
  more: Record<string, unknown>,
): InteractionRecord {
  return createInteraction(actor.world, {
    type: InteractionType.MessageComponent,
    userId: actor.userId,
    channelId: message.channel_id,
    data: { custom_id: component.custom_id, component_type: component.type, id: component.id, ...more },
    message: structuredClone(message),
  });
}

/** Values by what they are or by what is written on them. */
function chooseValues(
  actor: Actor,
  component: Component,
  values: readonly string[],
): { chosen: string[]; resolved: Resolved } {
  const { world, userId } = actor;
  const resolved: Resolved = {};
  if (component.options) {
    const chosen = values.map((value) => {
      const option = component.options?.find((entry) => entry.value === value || entry.label === value);
      if (!option) throw new InputError(`"${value}" is not in the menu.`);
      return option.value;
    });
    return { chosen, resolved };
  }
  // The other menus' types are to each other as the types of options are: both count user, role, …, channel.
  const types: { [type: number]: number } = {
    [ComponentType.UserSelect]: 6,
    [ComponentType.ChannelSelect]: 7,
    [ComponentType.RoleSelect]: 8,
    [ComponentType.MentionableSelect]: 9,
  };
  const option = { type: types[component.type] ?? 9, name: "menu", description: "" };
  const context = { world, channel: reachableChannel(actor), userId, resolved, attachments: new Map() };
  return { chosen: values.map((value) => String(toValue(option, value, context))), resolved };
}

function findComponent(
  message: SandboxMessage,
  customIdOrLabel: string,
  fits: (component: Component) => boolean,
): Component {
  const all = [...walk((message.components ?? []) as Component[] & APIMessageTopLevelComponent[], [])]
    .map(([component]) => component)
    .filter((component) => fits(component) && component.custom_id !== undefined);
  const found =
    all.find((component) => component.custom_id === customIdOrLabel) ??
    all.find((component) => component.label === customIdOrLabel) ??
    all.find((component) => component.custom_id?.startsWith(customIdOrLabel)) ??
    all.find((component) => component.label?.toLowerCase().includes(customIdOrLabel.toLowerCase()));
  if (!found) {
    const there = all.map((component) => component.label ?? component.custom_id).join(", ");
    throw new InputError(
      `The message has no "${customIdOrLabel}"; it has: ${there === "" ? "nothing" : there}.`,
    );
  }
  if (found.disabled) throw new InputError(`"${customIdOrLabel}" is disabled.`);
  return found;
}

function visibleMessage(actor: Actor, messageId: string): SandboxMessage {
  const stored = actor.world.messages.get(messageId);
  if (!stored || !isVisibleTo(stored, actor.userId))
    throw new InputError("The message is not there any more.");
  reachableChannel({ ...actor, channelId: stored.message.channel_id });
  return stored.message;
}

export function reachableChannel({ world, userId, channelId }: Actor): Channel {
  const channel = world.channels.get(channelId);
  const isOwnDm = channel?.recipientId === userId;
  const isThere =
    channel &&
    (channel.guildId === undefined
      ? isOwnDm
      : has(permissionsIn(world, channel, userId), Permission.ViewChannel));
  if (!isThere) throw new InputError("There is no such channel.");
  return channel;
}

function resolvePerson(world: World, channel: Channel, userId: string): Resolved {
  const guild = channel.guildId === undefined ? undefined : world.guild(channel.guildId);
  const users = { [userId]: world.person(userId).user };
  if (!guild?.members.has(userId)) return { users };
  const { user: _user, ...member } = fullMember(world, guild, userId);
  return { users, members: { [userId]: member } };
}
