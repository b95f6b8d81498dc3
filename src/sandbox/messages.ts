import {
  type APIMessageReference,
  type APIUser,
  MessageFlags,
  MessageReferenceType,
  MessageType,
} from "discord-api-types/v10";
import { forgetFiles, type Upload } from "./attachments.ts";
import { invalidForm, unknownMessage } from "./errors.ts";
import { blank, type MessageInput, nextFlags, prepare, SENDERS_FLAGS, textOf } from "./message-draft.ts";
import { allowedPings, mentionsIn, recordPings } from "./pings.ts";
import type { Draft } from "./rules/messages.ts";
import { hasFlag, type SandboxMessage, type StoredMessage } from "./stored-message.ts";
import type { Channel, World } from "./world.ts";

/** What a route adds to the body. */
export interface MessageOrigin {
  author: APIUser;
  interactionId?: string;
  visibleTo?: string;
  /** Fields that Discord sets by itself. */
  fields?: Partial<SandboxMessage>;
}

export async function createMessage(
  world: World,
  channel: Channel,
  input: MessageInput,
  uploads: readonly Upload[],
  origin: MessageOrigin,
): Promise<StoredMessage> {
  const same = input.enforce_nonce ? sameNonce(world, channel, input, origin) : undefined;
  if (same) return same;
  const repliedTo = replied(world, channel, input);
  const flags = ((input.flags ?? 0) & SENDERS_FLAGS) | (origin.fields?.flags ?? 0);
  const draft = await prepare(world, channel, blank(flags), input, uploads);
  // Two requests with one nonce may both have been waiting for their files above.
  const meanwhile = input.enforce_nonce ? sameNonce(world, channel, input, origin) : undefined;
  if (meanwhile) {
    forgetFiles(world, draft.attachments);
    return meanwhile;
  }
  const mentioned = mentionsIn(textOf(draft));
  const id = world.nextId();
  const message: SandboxMessage = {
    id,
    type: repliedTo ? MessageType.Reply : MessageType.Default,
    channel_id: channel.id,
    author: origin.author,
    timestamp: world.timestamp(),
    edited_timestamp: null,
    tts: input.tts ?? false,
    pinned: false,
    mention_everyone: mentioned.everyone,
    mentions: mentioned.users.flatMap((userId) => world.people.get(userId)?.user ?? []),
    mention_roles: mentioned.roles,
    ...(input.nonce == null ? {} : { nonce: input.nonce }),
    ...(repliedTo
      ? { message_reference: referenceTo(repliedTo), referenced_message: repliedTo.message }
      : {}),
    ...origin.fields,
    ...draft,
  };
  const stored: StoredMessage = {
    message,
    ...(channel.guildId === undefined ? {} : { guildId: channel.guildId }),
    ...(origin.visibleTo === undefined ? {} : { visibleTo: origin.visibleTo }),
    ...(origin.interactionId === undefined ? {} : { interactionId: origin.interactionId }),
    ...(input.nonce == null ? {} : { nonce: input.nonce }),
    revision: 0,
  };
  world.keep(stored);
  channel.lastMessageId = id;
  world.announce("messageCreate", stored);
  const allowed = input.allowed_mentions ?? undefined;
  const pinged = allowedPings(world, channel, origin.author.id, textOf(draft), allowed);
  const pingsReplied = allowed ? allowed.replied_user === true : true;
  recordPings(world, stored, pinged, pingsReplied ? repliedTo?.message.author.id : undefined);
  return stored;
}

export async function editMessage(
  world: World,
  stored: StoredMessage,
  input: MessageInput,
  uploads: readonly Upload[],
): Promise<StoredMessage> {
  const { message } = stored;
  const channel = world.channel(message.channel_id);
  const wasLoading = hasFlag(message, MessageFlags.Loading);
  const before: Draft = {
    content: message.content,
    embeds: message.embeds,
    components: message.components ?? [],
    attachments: message.attachments,
    flags: nextFlags(message, input),
  };
  const draft = await prepare(world, channel, before, input, uploads);
  if (!world.messages.has(message.id)) throw unknownMessage();
  forgetFiles(
    world,
    message.attachments.filter((file) => !draft.attachments.some((kept) => kept.id === file.id)),
  );
  const mentioned = mentionsIn(textOf(draft));
  Object.assign(message, draft, {
    mentions: mentioned.users.flatMap((userId) => world.people.get(userId)?.user ?? []),
    mention_roles: mentioned.roles,
    mention_everyone: mentioned.everyone,
    // Filling in a deferred answer is its first version, not an edit of it.
    edited_timestamp: wasLoading ? null : world.timestamp(),
  });
  world.announce("messageUpdate", stored);
  return stored;
}

export function deleteMessage(world: World, stored: StoredMessage): void {
  world.messages.delete(stored.message.id);
  forgetFiles(world, stored.message.attachments);
  world.events.emit({ type: "messageDelete", message: stored });
}

/** A message that an edit may not have, or that is not there. */
export function findMessage(world: World, channelId: string, messageId: string): StoredMessage {
  const stored = world.messages.get(messageId);
  if (!stored || stored.message.channel_id !== channelId) throw unknownMessage();
  return stored;
}

function replied(world: World, channel: Channel, input: MessageInput): StoredMessage | undefined {
  const reference = input.message_reference;
  if (!reference) return undefined;
  const stored = world.messages.get(reference.message_id);
  if (stored && stored.message.channel_id === channel.id && stored.visibleTo === undefined) return stored;
  if (reference.fail_if_not_exists === false) return undefined;
  throw invalidForm([
    {
      path: ["message_reference"],
      code: "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
      message: "Unknown message",
    },
  ]);
}

function referenceTo(stored: StoredMessage): APIMessageReference {
  return {
    type: MessageReferenceType.Default,
    message_id: stored.message.id,
    channel_id: stored.message.channel_id,
    ...(stored.guildId === undefined ? {} : { guild_id: stored.guildId }),
  };
}

/** With `enforce_nonce`, a second message of one author with one nonce within minutes is the first one. */
function sameNonce(
  world: World,
  channel: Channel,
  input: MessageInput,
  origin: MessageOrigin,
): StoredMessage | undefined {
  if (input.nonce == null) return undefined;
  const since = world.clock.now() - 5 * 60_000;
  return world
    .messagesIn(channel.id)
    .find(
      ({ message, nonce }) =>
        nonce === input.nonce &&
        message.author.id === origin.author.id &&
        Date.parse(message.timestamp) >= since,
    );
}
