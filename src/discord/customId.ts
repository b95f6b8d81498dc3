/**
 * Custom ids of buttons and selects: `action:request id`. They hold all that a click needs after a restart.
 * A member can't forge one on a message of ours, but handlers still check whose request it is: another bot could.
 */
import { z } from "zod";

export const actions = ["again", "backend", "full", "cancel", "notify", "delete"] as const;
export type Action = (typeof actions)[number];

const customIdSchema = z.tuple([z.enum(actions), z.string().regex(/^[a-z0-9-]{1,60}$/)]);

export const customId = (action: Action, requestId: string): string => `${action}:${requestId}`;

/** The action and the request, or undefined for an id that this version does not know. */
export function parseCustomId(text: string): { action: Action; requestId: string } | undefined {
  const parsed = customIdSchema.safeParse(text.split(":"));
  return parsed.success ? { action: parsed.data[0], requestId: parsed.data[1] } : undefined;
}
