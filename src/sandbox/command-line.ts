import {
  type APIApplicationCommand,
  ApplicationCommandType,
  ApplicationCommandOptionType as Type,
} from "discord-api-types/v10";
import {
  InputError,
  type Resolved,
  toValue,
  UnknownCommandError,
  type ValueContext,
} from "./option-values.ts";
import type { OptionInput } from "./rules/commands.ts";

/** An option as it stands in an interaction. */
export interface GivenOption {
  name: string;
  type: Type;
  value?: string | number | boolean;
  options?: GivenOption[];
  focused?: boolean;
}

export interface CommandData {
  id: string;
  name: string;
  type: ApplicationCommandType;
  guild_id?: string;
  options?: GivenOption[];
  resolved?: Resolved;
}

/** A command line split up: which command and subcommand, and what was typed for each option. */
export interface TypedCommand {
  command: APIApplicationCommand;
  /** Group and subcommand, outermost first. */
  path: OptionInput[];
  options: readonly OptionInput[];
  typed: Map<string, string>;
}

/** Reads `/command subcommand option:value option:"a value with spaces"`. */
export function parseCommandLine(line: string, commands: readonly APIApplicationCommand[]): TypedCommand {
  const [, name, afterName = ""] = /^\s*\/(\S+)([\s\S]*)$/.exec(line) ?? [];
  if (name === undefined) throw new InputError("A command starts with a slash.");
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new UnknownCommandError(`There is no command /${name} that you may use here.`);
  const path: OptionInput[] = [];
  let rest = afterName;
  let options = (command.options ?? []) as readonly OptionInput[];
  while (options.some(isNested)) {
    const [, word = "", remaining = ""] = /^\s*(\S*)([\s\S]*)$/.exec(rest) ?? [];
    const sub = options.find((option) => isNested(option) && option.name === word);
    if (!sub) {
      const known = options.map((option) => option.name).join(", ");
      throw new InputError(
        `/${[name, ...path.map((part) => part.name)].join(" ")} is followed by one of: ${known}.`,
      );
    }
    path.push(sub);
    rest = remaining;
    options = sub.options ?? [];
  }
  return { command, path, options, typed: readOptions(rest, options) };
}

/** The `data` of the interaction that a client sends for a command line. */
export function toCommandData(typed: TypedCommand, context: ValueContext): CommandData {
  for (const option of typed.options) {
    if (option.required && !typed.typed.has(option.name)) {
      throw new InputError(`${option.name}: This option is required. Specify a value.`);
    }
  }
  return wrap(
    typed,
    typed.options.flatMap((option) => {
      const text = typed.typed.get(option.name);
      if (text === undefined) return [];
      return { name: option.name, type: option.type, value: toValue(option, text, context) };
    }),
    context.resolved,
  );
}

/** The same while an option is still being typed: unfinished values go along as they are. */
export function toAutocompleteData(typed: TypedCommand, focused: string): CommandData {
  const option = typed.options.find((candidate) => candidate.name === focused);
  if (!option?.autocomplete) throw new InputError(`${focused} offers no suggestions.`);
  const given = typed.options.flatMap((candidate) => {
    const isFocused = candidate === option;
    const text = typed.typed.get(candidate.name) ?? (isFocused ? "" : undefined);
    if (text === undefined) return [];
    return {
      name: candidate.name,
      type: candidate.type,
      value: isFocused ? text : unfinished(candidate, text),
      ...(isFocused ? { focused: true } : {}),
    };
  });
  return wrap(typed, given, {});
}

function unfinished(option: OptionInput, text: string): string | number | boolean {
  if (option.type === Type.Boolean) return text.toLowerCase() === "true";
  const isNumber = option.type === Type.Integer || option.type === Type.Number;
  return isNumber && text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function wrap({ command, path }: TypedCommand, given: GivenOption[], resolved: Resolved): CommandData {
  const options = path.reduceRight<GivenOption[]>(
    (inner, part) => [{ name: part.name, type: part.type, options: inner }],
    given,
  );
  return {
    id: command.id,
    name: command.name,
    type: ApplicationCommandType.ChatInput,
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
    ...(options.length > 0 ? { options } : {}),
    ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
  };
}

function readOptions(text: string, options: readonly OptionInput[]): Map<string, string> {
  const typed = new Map<string, string>();
  const marks = [...text.matchAll(/(?<=^|\s)([-_'\p{L}\p{N}]{1,32}):/gu)];
  let position = 0;
  for (const mark of marks) {
    // A name inside the value before it, such as "prompt:a red: b", is part of that value.
    const name = mark[1] ?? "";
    const option = options.find((candidate) => candidate.name === name);
    if (mark.index < position) continue;
    if (!option && typed.size > 0) continue;
    rejectStray(text.slice(position, mark.index));
    if (!option) throw new InputError(`There is no option "${name}" here.`);
    if (typed.has(name)) throw new InputError(`${name} is given twice.`);
    const start = mark.index + mark[0].length;
    const [value, end] = readValue(text, start, marks, options);
    typed.set(name, value);
    position = end;
  }
  rejectStray(text.slice(position));
  return typed;
}

function rejectStray(text: string): void {
  const stray = text.trim();
  if (stray !== "") throw new InputError(`"${stray}" belongs to no option: write option:value.`);
}

function readValue(
  text: string,
  start: number,
  marks: readonly RegExpExecArray[],
  options: readonly OptionInput[],
): [value: string, end: number] {
  const quoted = /^\s*"((?:[^"\\]|\\[\s\S])*)"(?=\s|$)/.exec(text.slice(start));
  if (quoted) {
    const value = (quoted[1] ?? "").replaceAll(/\\(["\\])/g, "$1").replaceAll("\\n", "\n");
    return [value, start + quoted[0].length];
  }
  const next = marks.find((mark) => mark.index >= start && options.some((option) => option.name === mark[1]));
  const end = next?.index ?? text.length;
  return [text.slice(start, end).trim(), end];
}

function isNested(option: OptionInput): boolean {
  return option.type === Type.Subcommand || option.type === Type.SubcommandGroup;
}
