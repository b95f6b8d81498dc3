import {
  type APIAllowedMentions,
  type APIAttachment,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  MessageFlags,
} from "discord-api-types/v10";
import { type AttachmentNote, forgetFiles, nextAttachments, type Upload } from "./attachments.ts";
import { invalidForm } from "./errors.ts";
import { resolveComponents, resolveEmbeds } from "./media.ts";
import { type Component, walk } from "./rules/components.ts";
import { checkDraft, type Draft } from "./rules/messages.ts";
import type { SandboxMessage } from "./stored-message.ts";
import type { Channel, World } from "./world.ts";

/** The fields of a body that make or change a message, whichever route it came by. */
export interface MessageInput {
  content?: string | null;
  embeds?: APIEmbed[] | null;
  components?: APIMessageTopLevelComponent[] | null;
  attachments?: AttachmentNote[] | null;
  allowed_mentions?: APIAllowedMentions | null;
  flags?: number | null;
  tts?: boolean | null;
  nonce?: string | number | null;
  enforce_nonce?: boolean | null;
  message_reference?: { message_id: string; fail_if_not_exists?: boolean | null } | null;
}

/** Flags that a sender may set; the others are Discord's own. */
export const SENDERS_FLAGS =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;

/** The message as it would stand after a request, with its files kept; refused as Discord would refuse it. */
export async function prepare(
  world: World,
  channel: Channel,
  before: Draft,
  input: MessageInput,
  uploads: readonly Upload[],
): Promise<Draft> {
  const attachments = await nextAttachments(world, channel, before.attachments, input.attachments, uploads);
  try {
    const draft: Draft = {
      content: (input.content === undefined ? before.content : (input.content ?? "")).trim(),
      embeds: input.embeds === undefined ? before.embeds : resolveEmbeds(input.embeds ?? [], attachments),
      components:
        input.components === undefined
          ? before.components
          : resolveComponents(input.components ?? [], attachments),
      attachments,
      flags: before.flags,
    };
    checkDraft(draft, input.allowed_mentions);
    return draft;
  } catch (error) {
    // Nothing half done: what the refused request brought is not kept.
    forgetFiles(world, newFiles(attachments, before.attachments));
    throw error;
  }
}

function newFiles(after: readonly APIAttachment[], before: readonly APIAttachment[]): APIAttachment[] {
  return after.filter((file) => !before.some((old) => old.id === file.id));
}

export function blank(flags: number): Draft {
  return { content: "", embeds: [], components: [], attachments: [], flags };
}

/** An edit may hide embeds and switch to Components V2, not back; the rest of the flags stays. */
export function nextFlags(message: SandboxMessage, input: MessageInput): number {
  const before = (message.flags ?? 0) & ~MessageFlags.Loading;
  if (input.flags == null) return before;
  const wasV2 = before & MessageFlags.IsComponentsV2;
  if (wasV2 && !(input.flags & MessageFlags.IsComponentsV2) && input.flags !== 0) {
    throw invalidForm([
      {
        path: ["flags"],
        code: "MESSAGE_COMPONENTS_V2_CANNOT_BE_REMOVED",
        message: "The flag IS_COMPONENTS_V2 cannot be removed from a message",
      },
    ]);
  }
  const settable = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;
  return (before & ~MessageFlags.SuppressEmbeds) | (input.flags & settable);
}

/** All text that may hold mentions; with Components V2 it stands in text displays. */
export function textOf({ content, components = [] }: { content: string; components?: unknown[] }): string {
  const displays = [...walk(components as Component[], [])].map(([component]) => component.content);
  return [content, ...displays].filter(Boolean).join("\n");
}
