import { ApplicationCommandType, ApplicationCommandOptionType as OptionType } from "discord-api-types/v10";
import type { FormIssue } from "../errors.ts";

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_TEXT = 8000;
const MOST: Record<number, number> = {
  [ApplicationCommandType.ChatInput]: 100,
  [ApplicationCommandType.User]: 15,
  [ApplicationCommandType.Message]: 15,
};

/** By locale. */
type Localizations = { [locale: string]: string | null } | null;

export interface ChoiceInput {
  name: string;
  value: string | number;
  name_localizations?: Localizations;
}

export interface OptionInput {
  type: OptionType;
  name: string;
  description: string;
  name_localizations?: Localizations;
  description_localizations?: Localizations;
  required?: boolean;
  autocomplete?: boolean;
  choices?: ChoiceInput[];
  options?: OptionInput[];
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
}

export interface CommandInput {
  type?: ApplicationCommandType;
  name: string;
  description?: string;
  name_localizations?: Localizations;
  description_localizations?: Localizations;
  options?: OptionInput[];
}

type Path = readonly (string | number)[];

/** What Discord's documentation asks of one command, beyond the schemas. */
export function commandIssues(command: CommandInput, path: Path): FormIssue[] {
  const type = command.type ?? ApplicationCommandType.ChatInput;
  const issues: FormIssue[] = [];
  if (type === ApplicationCommandType.ChatInput) {
    issues.push(...nameIssues(command.name, path));
    if (!command.description) issues.push(required([...path, "description"]));
  } else {
    if (command.description) {
      issues.push(
        bad(
          [...path, "description"],
          "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET",
          "Context menu commands cannot have description",
        ),
      );
    }
    if (command.options?.length) {
      issues.push(
        bad(
          [...path, "options"],
          "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS",
          "Context menu commands cannot have options",
        ),
      );
    }
  }
  if (textLength(command) > MAX_TEXT) {
    issues.push(
      bad(path, "APPLICATION_COMMAND_TOO_LARGE", `A command's texts may be ${MAX_TEXT} characters together.`),
    );
  }
  issues.push(...optionListIssues(command.options ?? [], [...path, "options"], 0));
  return issues;
}

/** What is asked of the commands of one place together. */
export function setIssues(commands: readonly CommandInput[]): FormIssue[] {
  const issues: FormIssue[] = [];
  const seen = new Set<string>();
  const counts = new Map<number, number>();
  for (const [index, command] of commands.entries()) {
    const type = command.type ?? ApplicationCommandType.ChatInput;
    const key = `${type} ${command.name}`;
    if (seen.has(key)) {
      issues.push(
        bad(
          [index, "name"],
          "APPLICATION_COMMANDS_DUPLICATE_NAME",
          "Application command names must be unique",
        ),
      );
    }
    seen.add(key);
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    if (count === (MOST[type] ?? 1) + 1) {
      issues.push(
        bad(
          [index],
          "MAX_APPLICATION_COMMANDS_REACHED",
          `Maximum number of application commands reached (${MOST[type]}).`,
        ),
      );
    }
  }
  return issues;
}

function optionListIssues(options: readonly OptionInput[], path: Path, depth: number): FormIssue[] {
  const issues: FormIssue[] = [];
  const names = new Set<string>();
  let optionalSeen = false;
  const nestedCount = options.filter(isNested).length;
  if (nestedCount > 0 && nestedCount < options.length) {
    issues.push(
      bad(
        path,
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        "Sub-command and sub-command group option types are mutually exclusive to all other types",
      ),
    );
  }
  for (const [index, option] of options.entries()) {
    const here = [...path, index];
    issues.push(...nameIssues(option.name, here), ...optionIssues(option, here, depth));
    if (names.has(option.name)) {
      issues.push(
        bad(
          [...here, "name"],
          "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
          "Option name already exists",
        ),
      );
    }
    names.add(option.name);
    if (option.required && optionalSeen) {
      issues.push(
        bad(
          [...here, "required"],
          "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
          "Required options must be placed before non-required options",
        ),
      );
    }
    optionalSeen ||= !option.required && !isNested(option);
  }
  return issues;
}

function isNested(option: OptionInput): boolean {
  return option.type === OptionType.Subcommand || option.type === OptionType.SubcommandGroup;
}

function optionIssues(option: OptionInput, path: Path, depth: number): FormIssue[] {
  if (isNested(option)) {
    // A group stands at the top only, a subcommand there or in a group.
    const tooDeep = option.type === OptionType.SubcommandGroup ? depth > 0 : depth > 1;
    return [
      ...(tooDeep
        ? [bad([...path, "type"], "APPLICATION_COMMAND_OPTIONS_NESTING", "Sub-commands are nested too deep")]
        : []),
      ...optionListIssues(
        option.options ?? [],
        [...path, "options"],
        option.type === OptionType.SubcommandGroup ? 1 : 2,
      ),
    ];
  }
  const issues: FormIssue[] = [];
  const isNumber = option.type === OptionType.Integer || option.type === OptionType.Number;
  if (option.autocomplete && option.choices?.length) {
    issues.push(
      bad(
        [...path, "choices"],
        "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
        "Choices and autocomplete are mutually exclusive",
      ),
    );
  }
  for (const [index, choice] of (option.choices ?? []).entries()) {
    if ((typeof choice.value === "number") !== isNumber) {
      issues.push(
        bad(
          [...path, "choices", index, "value"],
          "BASE_TYPE_INVALID",
          "The choice is not of the option's type",
        ),
      );
    }
  }
  if (
    option.min_value !== undefined &&
    option.max_value !== undefined &&
    option.min_value > option.max_value
  ) {
    issues.push(
      bad(
        [...path, "min_value"],
        "APPLICATION_COMMAND_OPTIONS_MIN_MAX",
        "min_value is greater than max_value",
      ),
    );
  }
  return issues;
}

function nameIssues(name: string, path: Path): FormIssue[] {
  return NAME.test(name) && name === name.toLowerCase()
    ? []
    : [bad([...path, "name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")];
}

/** Of each text that is translated the longest counts. */
function textLength(item: Omit<CommandInput, "type"> & Pick<OptionInput, "choices">): number {
  const longest = (text: string, localizations: Localizations = null) =>
    Math.max(text.length, ...Object.values(localizations ?? {}).map((said) => said?.length ?? 0));
  const choices = (item.choices ?? []).reduce(
    (sum, choice) => sum + longest(choice.name, choice.name_localizations) + String(choice.value).length,
    0,
  );
  const options = (item.options ?? []).reduce((sum, option) => sum + textLength(option), 0);
  const own =
    longest(item.name, item.name_localizations) +
    longest(item.description ?? "", item.description_localizations);
  return own + choices + options;
}

function required(path: Path): FormIssue {
  return bad(path, "BASE_TYPE_REQUIRED", "This field is required");
}

function bad(path: Path, code: string, message: string): FormIssue {
  return { path, code, message };
}
