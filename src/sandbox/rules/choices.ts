import { ApplicationCommandOptionType as OptionType } from "discord-api-types/v10";
import type { FormIssue } from "../errors.ts";
import type { Choice, InteractionRecord } from "../interaction-record.ts";

interface Given {
  name: string;
  type: OptionType;
  focused?: boolean;
  options?: Given[];
}

/** Suggestions must be of the type of the option that is being typed. */
export function choiceIssues(record: InteractionRecord, choices: readonly Choice[]): FormIssue[] {
  const { options = [] } = record.payload.data as { options?: Given[] };
  const wanted = focusedIn(options)?.type === OptionType.String ? "string" : "number";
  return choices.flatMap((choice, index) =>
    typeof choice.value === wanted
      ? []
      : [
          {
            path: ["data", "choices", index, "value"],
            code: wanted === "string" ? "STRING_TYPE_CONVERT" : "NUMBER_TYPE_COERCE",
            message: `Value ${JSON.stringify(choice.value)} is not of the option's type.`,
          },
        ],
  );
}

function focusedIn(options: readonly Given[]): Given | undefined {
  for (const option of options) {
    const found = option.focused ? option : focusedIn(option.options ?? []);
    if (found) return found;
  }
  return undefined;
}
