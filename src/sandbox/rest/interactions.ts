import {
  ApplicationCommandAutocompleteCallbackRequestSchema,
  CreateMessageInteractionCallbackRequestSchema,
  ModalInteractionCallbackRequestSchema,
  UpdateMessageInteractionCallbackRequestSchema,
} from "discord-api-spec/zod";
import {
  InteractionType,
  MessageFlags,
  MessageType,
  InteractionResponseType as Response,
} from "discord-api-types/v10";
import { alreadyAcknowledged, DiscordError, invalidForm, unknownMessage } from "../errors.ts";
import { originOf } from "../interaction-origin.ts";
import type { Choice, InteractionRecord } from "../interaction-record.ts";
import { waitingInteraction } from "../interactions.ts";
import type { MessageInput } from "../message-draft.ts";
import { createMessage, editMessage } from "../messages.ts";
import { choiceIssues } from "../rules/choices.ts";
import { modalIssues } from "../rules/modals.ts";
import type { Schema } from "../schema.ts";
import type { SandboxMessage, StoredMessage } from "../stored-message.ts";
import type { World } from "../world.ts";
import type { Call, Route } from "./route.ts";

interface Callback {
  type: Response;
  data?: unknown;
}

export const interactionRoutes: Route[] = [
  {
    method: "POST",
    path: "/interactions/:interaction_id/:interaction_token/callback",
    noAuthorization: true,
    outsideGlobalLimit: true,
    schema: (body) => SCHEMAS[(body as Callback).type],
    handle: callback,
  },
];

const SCHEMAS: { [type: number]: Schema | undefined } = {
  [Response.ChannelMessageWithSource]: CreateMessageInteractionCallbackRequestSchema,
  [Response.DeferredChannelMessageWithSource]: CreateMessageInteractionCallbackRequestSchema,
  [Response.DeferredMessageUpdate]: UpdateMessageInteractionCallbackRequestSchema,
  [Response.UpdateMessage]: UpdateMessageInteractionCallbackRequestSchema,
  [Response.ApplicationCommandAutocompleteResult]: ApplicationCommandAutocompleteCallbackRequestSchema,
  [Response.Modal]: ModalInteractionCallbackRequestSchema,
};

async function callback({ world, param, query, body, uploads }: Call): Promise<unknown> {
  const record = waitingInteraction(world, param("interaction_id"), param("interaction_token"));
  if (record.state === "acknowledged") throw alreadyAcknowledged();
  const { type, data } = body as Callback;
  if (!allowedResponses(record).includes(type)) {
    throw invalidForm([
      {
        path: ["type"],
        code: "BASE_TYPE_CHOICES",
        message: `Value ${type} is not an answer to this interaction.`,
      },
    ]);
  }
  // Taken before anything is awaited: of two callbacks at once one only may win.
  record.state = "acknowledged";
  try {
    const message = await respond(world, record, type, data, uploads);
    record.response = type;
    record.acknowledgedAt = world.clock.now();
    if (message) record.originalId = message.message.id;
    world.events.emit({ type: "interactionUpdate", interaction: record });
    return query.with_response === "true" ? resource(record, type, message?.message) : undefined;
  } catch (error) {
    record.state = "waiting";
    throw error instanceof DiscordError ? under("data", error) : error;
  }
}

function allowedResponses(record: InteractionRecord): Response[] {
  if (record.type === InteractionType.ApplicationCommandAutocomplete) {
    return [Response.ApplicationCommandAutocompleteResult];
  }
  const messages = [Response.ChannelMessageWithSource, Response.DeferredChannelMessageWithSource];
  const updates =
    record.sourceMessageId === undefined ? [] : [Response.DeferredMessageUpdate, Response.UpdateMessage];
  const modal = record.type === InteractionType.ModalSubmit ? [] : [Response.Modal];
  return [...messages, ...updates, ...modal];
}

async function respond(
  world: World,
  record: InteractionRecord,
  type: Response,
  data: unknown,
  uploads: Call["uploads"],
): Promise<StoredMessage | undefined> {
  const input = (data ?? {}) as MessageInput;
  switch (type) {
    case Response.ChannelMessageWithSource:
      return createMessage(
        world,
        world.channel(record.channelId),
        input,
        uploads,
        originOf(world, record, input),
      );
    case Response.DeferredChannelMessageWithSource:
      return defer(world, record, input);
    case Response.UpdateMessage:
      return editMessage(world, sourceMessage(world, record), input, uploads);
    case Response.DeferredMessageUpdate:
      return sourceMessage(world, record);
    case Response.ApplicationCommandAutocompleteResult: {
      const { choices = [] } = data as { choices?: Choice[] };
      refuse(choiceIssues(record, choices));
      record.choices = choices;
      return undefined;
    }
    default: {
      const modal = data as NonNullable<InteractionRecord["modal"]>;
      refuse(modalIssues(modal));
      record.modal = modal;
      return undefined;
    }
  }
}

function refuse(issues: Parameters<typeof invalidForm>[0]): void {
  if (issues.length > 0) throw invalidForm(issues);
}

/** 'Thinking…': a message without content that the first edit fills in. */
function defer(world: World, record: InteractionRecord, input: MessageInput): StoredMessage {
  const origin = originOf(world, record, input);
  const message: SandboxMessage = {
    id: world.nextId(),
    type: MessageType.ChatInputCommand,
    channel_id: record.channelId,
    author: world.bot,
    content: "",
    embeds: [],
    components: [],
    attachments: [],
    timestamp: world.timestamp(),
    edited_timestamp: null,
    tts: false,
    pinned: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    ...origin.fields,
    flags: MessageFlags.Loading | (origin.fields?.flags ?? 0),
  };
  const stored: StoredMessage = {
    message,
    ...(record.guildId === undefined ? {} : { guildId: record.guildId }),
    ...(origin.visibleTo === undefined ? {} : { visibleTo: origin.visibleTo }),
    interactionId: record.id,
    revision: 0,
  };
  world.keep(stored);
  world.announce("messageCreate", stored);
  return stored;
}

function sourceMessage(world: World, record: InteractionRecord): StoredMessage {
  const stored = world.messages.get(record.sourceMessageId ?? "");
  if (!stored) throw unknownMessage();
  return stored;
}

function resource(record: InteractionRecord, type: Response, message: SandboxMessage | undefined): unknown {
  const flags = message?.flags ?? 0;
  return {
    interaction: {
      id: record.id,
      type: record.type,
      ...(message
        ? {
            response_message_id: message.id,
            response_message_loading: (flags & MessageFlags.Loading) !== 0,
            response_message_ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
          }
        : {}),
    },
    resource: { type, ...(message ? { message } : {}) },
  };
}

/** In a callback the message's fields are under `data`. */
function under(key: string, error: DiscordError): DiscordError {
  const issues = error.issues.map((issue) =>
    issue.path[0] === key ? issue : { ...issue, path: [key, ...issue.path] },
  );
  return new DiscordError(error.status, error.code, error.message, issues);
}
