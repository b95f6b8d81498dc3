import type { APIModalInteractionResponseCallbackData } from "discord-api-types/v10";
import type { FormIssue } from "../errors.ts";
import { type Component, duplicates, tooLong, walk } from "./components.ts";

const MAX_TOP_LEVEL = 5;

interface ModalField extends Component {
  value?: string | null;
  min_length?: number | null;
  max_length?: number | null;
}

/** What the schemas leave open of a modal: how many fields, ids only once, lengths that fit together. */
export function modalIssues(modal: APIModalInteractionResponseCallbackData): FormIssue[] {
  const tops = modal.components as readonly Component[];
  const all = [...walk(tops, ["data", "components"])];
  return [
    ...(tops.length > MAX_TOP_LEVEL ? [tooLong(["data", "components"], MAX_TOP_LEVEL)] : []),
    ...duplicates(all),
    ...all.flatMap(([component, path]) => lengths(component as ModalField, path)),
  ];
}

function lengths(field: ModalField, path: readonly (string | number)[]): FormIssue[] {
  const { min_length: min, max_length: max, value } = field;
  const issues: FormIssue[] = [];
  if (min != null && max != null && min > max) {
    issues.push({
      path: [...path, "min_length"],
      code: "COMPONENT_MIN_LENGTH_EXCEEDS_MAX",
      message: "min_length is greater than max_length",
    });
  }
  if (value && max != null && value.length > max) issues.push(tooLong([...path, "value"], max));
  return issues;
}
