import {
  type APIApplicationCommandOption,
  type APIApplicationCommandOptionChoice,
  ApplicationCommandType,
} from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import { definitions } from "../../../commands/index.ts";
import { commandTranslations, languages } from "../../../src/texts/texts.ts";

/** Names of languages are the same everywhere. */
const SAME = new Set(["English", "Deutsch"]);

interface Shown {
  where: string;
  text: string;
  translations: { [locale: string]: string | null | undefined } | null | undefined;
}

type Choice = APIApplicationCommandOptionChoice<string | number>;

function ofOption(option: APIApplicationCommandOption, path: string): Shown[] {
  const where = `${path} ${option.name}`;
  const choices: readonly Choice[] = "choices" in option ? (option.choices ?? []) : [];
  const inner = "options" in option ? (option.options ?? []) : [];
  return [
    { where, text: option.description, translations: option.description_localizations },
    ...choices.map(({ name, name_localizations }) => ({
      ...{ where: `${where}:${name}`, text: name, translations: name_localizations },
    })),
    ...inner.flatMap((each) => ofOption(each, where)),
  ];
}

const shown = definitions.flatMap((definition): Shown[] =>
  definition.type === ApplicationCommandType.ChatInput
    ? [
        {
          where: `/${definition.name}`,
          text: definition.description,
          translations: definition.description_localizations,
        },
        ...(definition.options ?? []).flatMap((option) => ofOption(option, `/${definition.name}`)),
      ]
    : [{ where: definition.name, text: definition.name, translations: definition.name_localizations }],
);

describe.each(Object.entries(commandTranslations))(
  "what Discord shows of the commands, in %s,",
  (locale, words) => {
    const said = ({ translations }: Shown) => translations?.[locale];

    it("is all there, and fits", () => {
      const missing = shown.filter((one) => !said(one) && !SAME.has(one.text)).map(({ where }) => where);
      const tooLong = shown.filter((one) => Math.max(one.text.length, said(one)?.length ?? 0) > 100);
      expect({ missing, tooLong }).toEqual({ missing: [], tooLong: [] });
    });

    it("has nothing that no command says any more", () => {
      const texts = new Set(shown.map(({ text }) => text));
      expect(Object.keys(words).filter((text) => !texts.has(text))).toEqual([]);
    });

    it("is what sentences call it that name an option and its choice", () => {
      const backends = languages[locale as keyof typeof commandTranslations].backends.severalUnmeasured;
      const named = Object.values(backends).map((say) => /for:([^`]+)`/.exec(say(7))?.[1]);
      const choices = shown.filter(({ where }) => where.startsWith("/backends guide for:"));
      expect(choices.map(said)).toEqual(expect.arrayContaining(named));
    });
  },
);
