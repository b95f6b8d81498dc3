/**
 * Custom ids of buttons, selects and modals: `name:argument:…`. They hold all that a click needs after a restart; where
 * a request is meant its id comes last, by which Messages.find knows its message. A member can't forge one on a message
 * of ours, but handlers still check whose the thing is: another bot could.
 */
import { z } from "zod";

/** Discord's limit, in characters. */
const LIMIT = 100;

const partSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/);
const customIdSchema = z.tuple([partSchema], partSchema);

export interface CustomId {
  name: string;
  args: string[];
}

/** @throws when a part holds a character that none may hold, or all are too long: a fault of ours */
export function customId(name: string, ...args: string[]): string {
  const text = customIdSchema.parse([name, ...args]).join(":");
  if (text.length > LIMIT) throw new RangeError(`The custom id ${text} is longer than ${LIMIT} characters.`);
  return text;
}

/** The parts, or undefined for an id that is not of this form. */
export function parseCustomId(text: string): CustomId | undefined {
  const parsed = customIdSchema.safeParse(text.split(":"));
  if (!parsed.success) return undefined;
  const [name, ...args] = parsed.data;
  return { name, args };
}
