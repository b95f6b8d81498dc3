import { type APIModalInteractionResponseCallbackData, ComponentType } from "discord-api-types/v10";
import { InputError } from "./option-values.ts";
import type { Component } from "./rules/components.ts";

export interface ModalField extends Component {
  value?: string;
  required?: boolean;
  min_length?: number;
  max_length?: number;
  placeholder?: string;
}

type Values = Record<string, string | readonly string[]>;

/** What a client sends when somebody submits a form, after the checks that it makes itself. */
export function toModalData(modal: APIModalInteractionResponseCallbackData, values: Values): unknown {
  const unused = new Set(Object.keys(values));
  const components = (modal.components as readonly Component[]).map((top, index) => {
    const id = top.id ?? index + 1;
    if (top.component) return { type: top.type, id, component: filled(top.component, top.label) };
    if (top.components)
      return { type: top.type, id, components: top.components.map((field) => filled(field)) };
    return { type: top.type, id };
  });
  const [stray] = unused;
  if (stray !== undefined) throw new InputError(`The form has no field "${stray}".`);
  return { custom_id: modal.custom_id, components };

  function filled(component: Component, label = component.label): unknown {
    const field = component as ModalField;
    const key = [field.custom_id, label].find((name) => name !== undefined && name in values);
    if (key !== undefined) unused.delete(key);
    const given = key === undefined ? undefined : values[key];
    const base = { type: field.type, id: field.id ?? 0, custom_id: field.custom_id };
    if (field.type === ComponentType.TextInput) return { ...base, value: textOf(field, label, given) };
    return { ...base, values: valuesOf(field, label, given) };
  }
}

function textOf(
  field: ModalField,
  label: string | undefined,
  given: string | readonly string[] | undefined,
): string {
  const text = typeof given === "string" ? given : (given?.[0] ?? field.value ?? "");
  const name = label ?? field.custom_id;
  if (text === "" && field.required !== false) throw new InputError(`${name}: This field is required.`);
  if (text === "") return text;
  if (text.length < (field.min_length ?? 0))
    throw new InputError(`${name}: Must be ${field.min_length} or more in length.`);
  if (text.length > (field.max_length ?? 4000)) {
    throw new InputError(`${name}: Must be ${field.max_length ?? 4000} or fewer in length.`);
  }
  return text;
}

function valuesOf(
  field: ModalField,
  label: string | undefined,
  given: string | readonly string[] | undefined,
): string[] {
  const defaults = (field.options ?? []).filter((option) => option.default).map((option) => option.value);
  const chosen = typeof given === "string" ? [given] : [...(given ?? defaults)];
  const values = chosen.map((value) => {
    const option = field.options?.find((entry) => entry.value === value || entry.label === value);
    if (field.options && !option) throw new InputError(`${label}: "${value}" is not in the menu.`);
    return option?.value ?? value;
  });
  if (values.length === 0 && field.required !== false)
    throw new InputError(`${label}: This field is required.`);
  return values;
}
