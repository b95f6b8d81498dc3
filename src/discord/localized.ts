/** A command's definition with what Discord's client shows of it to people of other languages. */
import {
  type APIApplicationCommandOption,
  ApplicationCommandType,
  type RESTPostAPIApplicationCommandsJSONBody as Definition,
  type LocalizationMap,
} from "discord-api-types/v10";

/** By Discord's locale: what stands in the definitions, and what is said for it. */
export type Translations = Partial<Record<keyof LocalizationMap, Readonly<Record<string, string>>>>;

/** Names that people type stay as they are; those that stand in a menu to be chosen are said in their language. */
export function localized(definition: Definition, translations: Translations): Definition {
  const inAll = (text: string): LocalizationMap =>
    Object.fromEntries(
      Object.entries(translations).flatMap(([locale, words]) => {
        const said = words[text];
        return said === undefined ? [] : [[locale, said]];
      }),
    );
  const described = <D extends APIApplicationCommandOption>(option: D): D => ({
    ...option,
    description_localizations: inAll(option.description),
    ...("choices" in option && {
      choices: option.choices?.map((choice) => ({ ...choice, name_localizations: inAll(choice.name) })),
    }),
    ...("options" in option && { options: option.options?.map((inner) => described(inner)) }),
  });
  if (definition.type === ApplicationCommandType.ChatInput)
    return {
      ...definition,
      description_localizations: inAll(definition.description),
      ...(definition.options && { options: definition.options.map(described) }),
    };
  return { ...definition, name_localizations: inAll(definition.name) };
}
