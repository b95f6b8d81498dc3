import { MessageFlags } from "discord-api-types/v10";
import { type Component, walk } from "./rules/components.ts";
import { hasFlag, type SandboxMessage } from "./stored-message.ts";

/** Unless somebody knows better: an answer is final when nothing of it can be cancelled any more. */
export function nothingToCancel(message: SandboxMessage): boolean {
  if (hasFlag(message, MessageFlags.Loading)) return false;
  const components = [...walk((message.components ?? []) as readonly Component[], [])];
  return !components.some(
    ([component]) => component.custom_id?.startsWith("cancel") === true && !component.disabled,
  );
}

/** Unless somebody knows better: a refusal is private, short of files, and marked. */
export function markedAsRefusal(message: SandboxMessage): boolean {
  return (
    hasFlag(message, MessageFlags.Ephemeral) &&
    message.attachments.length === 0 &&
    message.content.startsWith("⚠️")
  );
}
