import type { APIMessage, MessageFlags } from "discord-api-types/v10";

/** A message as Discord describes it in its API. */
export type SandboxMessage = APIMessage;

/** A message and what Discord knows of it besides what it shows. */
export interface StoredMessage {
  message: SandboxMessage;
  guildId?: string;
  /** An ephemeral message is shown to one person only. */
  visibleTo?: string;
  /** The interaction whose token may edit it. */
  interactionId?: string;
  nonce?: string | number;
  dismissed?: boolean;
  /** Grows with every change of any message, so that 'changed since' can be asked. */
  revision: number;
}

export function hasFlag(message: SandboxMessage, flag: MessageFlags): boolean {
  return ((message.flags ?? 0) & flag) !== 0;
}

export function isVisibleTo(stored: StoredMessage, userId: string): boolean {
  return stored.visibleTo === undefined || (stored.visibleTo === userId && !stored.dismissed);
}
