import {
  IncomingWebhookInteractionRequestSchema,
  IncomingWebhookUpdateForInteractionCallbackRequestPartialSchema,
} from "discord-api-spec/zod";
import { MessageFlags } from "discord-api-types/v10";
import { unknownMessage } from "../errors.ts";
import { originOf } from "../interaction-origin.ts";
import type { InteractionRecord } from "../interaction-record.ts";
import { acknowledgedInteraction } from "../interactions.ts";
import type { MessageInput } from "../message-draft.ts";
import { createMessage, deleteMessage, editMessage } from "../messages.ts";
import { hasFlag, type StoredMessage } from "../stored-message.ts";
import type { Call, Route } from "./route.ts";

/** The webhook that an interaction's token opens: its original response and its followups. */
const HOOK = "/webhooks/:webhook_id/:webhook_token";
const ONE = `${HOOK}/messages/:message_id`;
const PER = ["webhook_id", "webhook_token"] as const;

export const webhookRoutes: Route[] = [
  {
    method: "POST",
    path: HOOK,
    noAuthorization: true,
    outsideGlobalLimit: true,
    limit: { requests: 5, seconds: 2, per: PER },
    schema: () => IncomingWebhookInteractionRequestSchema,
    handle: followUp,
  },
  {
    method: "GET",
    path: ONE,
    noAuthorization: true,
    outsideGlobalLimit: true,
    handle: (call) => ownMessage(call, hook(call)).message,
  },
  {
    method: "PATCH",
    path: ONE,
    noAuthorization: true,
    outsideGlobalLimit: true,
    limit: { requests: 5, seconds: 5, per: PER },
    schema: () => IncomingWebhookUpdateForInteractionCallbackRequestPartialSchema,
    handle: async (call) => {
      const stored = ownMessage(call, hook(call));
      return (await editMessage(call.world, stored, call.body as MessageInput, call.uploads)).message;
    },
  },
  {
    method: "DELETE",
    path: ONE,
    noAuthorization: true,
    outsideGlobalLimit: true,
    handle: (call) => deleteMessage(call.world, ownMessage(call, hook(call))),
  },
];

function hook({ world, param }: Call): InteractionRecord {
  return acknowledgedInteraction(world, param("webhook_id"), param("webhook_token"));
}

async function followUp(call: Call): Promise<unknown> {
  const { world, uploads } = call;
  const record = hook(call);
  const input = call.body as MessageInput;
  const original = world.messages.get(record.originalId ?? "");
  // Documented for compatibility: right after a deferral a followup fills in the deferred message.
  if (original && hasFlag(original.message, MessageFlags.Loading)) {
    return (await editMessage(world, original, input, uploads)).message;
  }
  const origin = originOf(world, record, input);
  return (await createMessage(world, world.channel(record.channelId), input, uploads, origin)).message;
}

function ownMessage({ world, param }: Call, record: InteractionRecord): StoredMessage {
  const id = param("message_id") === "@original" ? record.originalId : param("message_id");
  const stored = world.messages.get(id ?? "");
  const isOwn = stored?.interactionId === record.id || stored?.message.id === record.originalId;
  if (!stored || !isOwn) throw unknownMessage();
  world.channel(stored.message.channel_id);
  return stored;
}
