import { type APIAttachment, ChannelType, ApplicationCommandOptionType as Type } from "discord-api-types/v10";
import { fullMember, partialChannel } from "./payloads.ts";
import { permissionsIn } from "./permissions.ts";
import type { OptionInput } from "./rules/commands.ts";
import type { Channel, World } from "./world.ts";

/** What the client tells somebody about what they typed. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** There is no such command, or none that this member may use: a client shows them no difference. */
export class UnknownCommandError extends InputError {
  override readonly name = "UnknownCommandError";
}

/** What the ids among the values stand for, as it goes along in the interaction. */
export interface Resolved {
  users?: Record<string, unknown>;
  members?: Record<string, unknown>;
  roles?: Record<string, unknown>;
  channels?: Record<string, unknown>;
  attachments?: Record<string, APIAttachment>;
}

export interface ValueContext {
  world: World;
  channel: Channel;
  userId: string;
  resolved: Resolved;
  /** Uploads that attachment options may name. */
  attachments: ReadonlyMap<string, APIAttachment>;
}

/** Turns typed text into an option's value, or says what is wrong as the client would. */
export function toValue(option: OptionInput, text: string, context: ValueContext): string | number | boolean {
  if (option.choices?.length) return choice(option, text);
  switch (option.type) {
    case Type.Integer:
      return number(option, text, /^-?\d+$/, "Enter a valid integer.");
    case Type.Number:
      return number(option, text, /^-?\d+(\.\d+)?$/, "Enter a valid number.");
    case Type.Boolean:
      return boolean(option, text);
    case Type.String:
      return string(option, text);
    case Type.Attachment:
      return attachment(option, text, context);
    default:
      return reference(option, text, context);
  }
}

function choice(option: OptionInput, text: string): string | number {
  const found = option.choices?.find(({ name, value, name_localizations }) =>
    [name, String(value), ...Object.values(name_localizations ?? {})].includes(text),
  );
  if (!found) {
    const names = option.choices?.map(({ name }) => name).join(", ");
    throw new InputError(`${option.name}: "${text}" is not one of the choices (${names}).`);
  }
  return found.value;
}

function string(option: OptionInput, text: string): string {
  const { min_length: min = 0, max_length: max = 6000 } = option;
  if (text.length < min) throw new InputError(`${option.name}: Must be ${min} or more in length.`);
  if (text.length > max) throw new InputError(`${option.name}: Must be ${max} or fewer in length.`);
  return text;
}

function number(option: OptionInput, text: string, form: RegExp, complaint: string): number {
  if (!form.test(text) || !Number.isFinite(Number(text)))
    throw new InputError(`${option.name}: ${complaint}`);
  const value = Number(text);
  const { min_value: min = -(2 ** 53), max_value: max = 2 ** 53 } = option;
  if (value < min) throw new InputError(`${option.name}: Must be ${min} or more.`);
  if (value > max) throw new InputError(`${option.name}: Must be ${max} or less.`);
  return value;
}

function boolean(option: OptionInput, text: string): boolean {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  throw new InputError(`${option.name}: Choose True or False.`);
}

function attachment(option: OptionInput, text: string, { attachments, resolved }: ValueContext): string {
  const file = attachments.get(text);
  if (!file) throw new InputError(`${option.name}: Choose a file.`);
  resolved.attachments = { ...resolved.attachments, [file.id]: file };
  return file.id;
}

/** A person, role or channel by mention, id or name. */
function reference(option: OptionInput, text: string, context: ValueContext): string {
  const { world, resolved } = context;
  const id = /^(?:<(?:@!?|@&|#))?(\d+)>?$/.exec(text)?.[1];
  const name = text.replace(/^[@#]/, "").toLowerCase();
  const found =
    (option.type === Type.Channel ? undefined : resolvePerson(option, id, name, context)) ??
    resolveRole(option, id, name, context) ??
    (option.type === Type.Channel ? findChannel(id, name, context) : undefined);
  if (found === undefined) throw new InputError(`${option.name}: There is no "${text}" here.`);
  if (option.type === Type.Channel) {
    const channel = world.channel(found);
    resolved.channels = {
      ...resolved.channels,
      [found]: partialChannel(channel, permissionsIn(world, channel, context.userId)),
    };
  }
  return found;
}

function resolvePerson(
  option: OptionInput,
  id: string | undefined,
  name: string,
  { world, channel, resolved }: ValueContext,
): string | undefined {
  if (option.type === Type.Role) return undefined;
  const person = [...world.people.values()].find(
    ({ user }) => user.id === id || user.username === name || user.global_name?.toLowerCase() === name,
  );
  if (!person) return undefined;
  const { id: userId } = person.user;
  resolved.users = { ...resolved.users, [userId]: person.user };
  const guild = channel.guildId === undefined ? undefined : world.guild(channel.guildId);
  if (guild?.members.has(userId)) {
    // Discord leaves the user out here, since `users` has it.
    const { user: _user, ...member } = fullMember(world, guild, userId);
    const permissions = permissionsIn(world, channel, userId).toString();
    resolved.members = { ...resolved.members, [userId]: { ...member, permissions } };
  }
  return userId;
}

function resolveRole(
  option: OptionInput,
  id: string | undefined,
  name: string,
  { world, channel, resolved }: ValueContext,
): string | undefined {
  if (option.type !== Type.Role && option.type !== Type.Mentionable) return undefined;
  if (channel.guildId === undefined) return undefined;
  const role = world
    .guild(channel.guildId)
    .roles.find((candidate) => candidate.id === id || candidate.name.toLowerCase() === name);
  if (role) resolved.roles = { ...resolved.roles, [role.id]: role };
  return role?.id;
}

function findChannel(
  id: string | undefined,
  name: string,
  { world, channel }: ValueContext,
): string | undefined {
  return [...world.channels.values()].find(
    (candidate) =>
      candidate.guildId === channel.guildId &&
      candidate.type !== ChannelType.DM &&
      (candidate.id === id || candidate.name.toLowerCase() === name),
  )?.id;
}
