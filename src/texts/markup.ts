import { cut } from "./cut.ts";

/** Discord's own marks in a text: the same in every language. */
export const bold = (text: string) => `**${text}**`;
export const code = (text: string) => `\`${text}\``;

/** What somebody typed, fit to stand between backticks. */
export const plain = (text: string) => cut(text.replace(/[`|\s]+/g, " "), 100);

/** Readable for whoever wants to: blocked words are not nice to read. */
export const hidden = (entry: string) => `||${code(plain(entry))}||`;

/** Discord shows it as "5 minutes ago" or "in 5 minutes", in everybody's language. @param at milliseconds */
export const ago = (at: number) => `<t:${Math.floor(at / 1000)}:R>`;
/** The same of what is to come, never too early. */
export const until = (at: number) => `<t:${Math.ceil(at / 1000)}:R>`;
