/**
 * Commands are data: a definition in Discord's own words, written `as const`, from which the types of the handler's
 * values follow. A file in commands/ is one command.
 */

import type {
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
} from "discord.js";
import type {
  APIApplicationCommandBasicOption,
  APIApplicationCommandOptionChoice,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import type { Bot } from "./bot.ts";

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody;
type MessageDefinition = RESTPostAPIContextMenuApplicationCommandsJSONBody & {
  type: ApplicationCommandType.Message;
};

/** What a person typed into one option, as the handler gets it. */
type ValueOf<Option> = Option extends { type: ApplicationCommandOptionType.String }
  ? string
  : Option extends { type: ApplicationCommandOptionType.Integer | ApplicationCommandOptionType.Number }
    ? number
    : Option extends { type: ApplicationCommandOptionType.Boolean }
      ? boolean
      : string; // users, channels and roles arrive as ids

/** The values of a list of options by name; undefined where one is optional and was left out. */
export type Values<Options> = Options extends readonly (infer Option)[]
  ? {
      [O in Option as O extends { name: infer Name extends string } ? Name : never]:
        | ValueOf<O>
        | (O extends { required: true } ? never : undefined);
    }
  : Record<string, never>;

export type Choices = APIApplicationCommandOptionChoice<string>[];

/** @param typed what stands in the option so far */
export type Autocomplete = (
  bot: Bot,
  typed: string,
  interaction: AutocompleteInteraction,
) => Promise<Choices>;

export interface Command {
  definition: Definition;
  run(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void>;
  /** By option name. */
  autocomplete: Record<string, Autocomplete>;
}

type Subcommand<D> = D extends { options: readonly (infer O)[] } ? O : never;

type Handler<Options> = (
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  values: Values<Options>,
) => Promise<void>;

/** A command in the menu of a message, under Apps. */
export interface MessageCommand {
  definition: MessageDefinition;
  run(bot: Bot, interaction: MessageContextMenuCommandInteraction): Promise<void>;
}

export const defineMessageCommand = (
  definition: MessageDefinition,
  run: MessageCommand["run"],
): MessageCommand => ({ definition, run });

/** A command with options. Refusals are thrown, the router shows them. */
export function defineCommand<const D extends Definition>(
  definition: D,
  run: Handler<D["options"]>,
  autocomplete: Record<string, Autocomplete> = {},
): Command {
  return {
    definition,
    run: (bot, interaction) => run(bot, interaction, valuesOf(interaction) as Values<D["options"]>),
    autocomplete,
  };
}

type SubcommandNames<D> = Subcommand<D> extends { name: infer Name extends string } ? Name : never;

type OptionsOf<S> = S extends { options: infer Options } ? Options : readonly [];

/** A command with subcommands, one handler each. */
export function defineSubcommands<const D extends Definition>(
  definition: D,
  handlers: { [Name in SubcommandNames<D>]: Handler<OptionsOf<Extract<Subcommand<D>, { name: Name }>>> },
  autocomplete: Record<string, Autocomplete> = {},
): Command {
  // By now only the name counts: Discord sends no subcommand that the definition lacks.
  const byName = handlers as unknown as Record<string, Handler<readonly APIApplicationCommandBasicOption[]>>;
  return {
    definition,
    async run(bot, interaction) {
      await byName[interaction.options.getSubcommand()]?.(bot, interaction, valuesOf(interaction));
    },
    autocomplete,
  };
}

function valuesOf(
  interaction: ChatInputCommandInteraction,
): Values<readonly APIApplicationCommandBasicOption[]> {
  const leaves = interaction.options.data.flatMap((option) => option.options ?? [option]);
  return Object.fromEntries(leaves.map(({ name, value }) => [name, value])) as Values<
    readonly APIApplicationCommandBasicOption[]
  >;
}
