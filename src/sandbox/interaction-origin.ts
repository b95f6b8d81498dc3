import {
  type APIAuthorizingIntegrationOwnersMap,
  type APIChatInputApplicationCommandInteractionData,
  ApplicationCommandType,
  InteractionType,
  MessageFlags,
  MessageType,
} from "discord-api-types/v10";
import type { InteractionRecord } from "./interaction-record.ts";
import type { MessageInput } from "./message-draft.ts";
import type { MessageOrigin } from "./messages.ts";
import type { SandboxMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

/** What Discord adds to a message that answers an interaction. */
export function originOf(world: World, record: InteractionRecord, input: MessageInput): MessageOrigin {
  const isEphemeral = ((input.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
  return {
    author: world.bot,
    interactionId: record.id,
    ...(isEphemeral ? { visibleTo: record.userId } : {}),
    fields: {
      flags: isEphemeral ? MessageFlags.Ephemeral : (0 as MessageFlags),
      application_id: world.applicationId,
      webhook_id: world.applicationId,
      ...describeTrigger(world, record),
    },
  };
}

function describeTrigger(world: World, record: InteractionRecord): Partial<SandboxMessage> {
  const metadata = {
    id: record.id,
    user: world.person(record.userId).user,
    authorizing_integration_owners: record.payload
      .authorizing_integration_owners as APIAuthorizingIntegrationOwnersMap,
  };
  if (record.type === InteractionType.ApplicationCommand) {
    const data = record.payload.data as APIChatInputApplicationCommandInteractionData;
    const isChatInput = (data.type as ApplicationCommandType) === ApplicationCommandType.ChatInput;
    return {
      type: isChatInput ? MessageType.ChatInputCommand : MessageType.ContextMenuCommand,
      interaction_metadata: { ...metadata, type: InteractionType.ApplicationCommand },
      interaction: { id: record.id, type: record.type, name: data.name, user: metadata.user },
    };
  }
  const source = world.messages.get(record.sourceMessageId ?? "")?.message;
  const reference = source
    ? {
        type: MessageType.Reply,
        message_reference: {
          message_id: source.id,
          channel_id: source.channel_id,
          ...(record.guildId === undefined ? {} : { guild_id: record.guildId }),
        },
      }
    : {};
  const trigger = {
    ...metadata,
    type: InteractionType.MessageComponent as const,
    interacted_message_id: source?.id ?? record.id,
  };
  if (record.type === InteractionType.MessageComponent)
    return { ...reference, interaction_metadata: trigger };
  return {
    ...reference,
    interaction_metadata: {
      ...metadata,
      type: InteractionType.ModalSubmit,
      triggering_interaction_metadata: trigger,
    },
  };
}
