/** The languages that members are answered in. A language is complete or it does not compile. */
import { commands as deCommands } from "./de/commands.ts";
import { de } from "./de/index.ts";
import { en } from "./en/index.ts";
import type { Wording } from "./wording.ts";

/** Every sentence by its key, with English as the measure of what there is to say. */
export type Texts = Wording<typeof en>;

/** Each language's name in that language, by the first part of Discord's locale: "en-GB" and "en-US" are both English. */
export const languageNames = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languageNames;
export const languages: Record<Language, Texts> = { en, de };

/** What Discord shows of the commands, by Discord's locale; in English it is what commands/ says. */
export const commandTranslations = { de: deCommands } as const;

export const isLanguage = (name: string): name is Language => Object.hasOwn(languageNames, name);

/**
 * @param locale Discord's, of a member or a server: "de", "en-US"
 * @returns its language, or English where that is not translated
 */
export function textsFor(locale: string): Texts {
  const language = locale.split("-")[0] ?? "";
  return isLanguage(language) ? languages[language] : en;
}
