import { type APIMessageTopLevelComponent, ButtonStyle, ComponentType } from "discord-api-types/v10";
import type { FormIssue } from "../errors.ts";

const MAX_ROWS = 5;
const MAX_COMPONENTS = 40;
const MAX_DISPLAYED_TEXT = 4000;
const MAX_BUTTONS = 5;

/** Any component, seen by the fields that rules are about. */
export interface Component {
  type: ComponentType;
  id?: number;
  custom_id?: string;
  style?: number;
  url?: string;
  sku_id?: string;
  label?: string;
  content?: string;
  emoji?: { id?: string | null; name?: string | null };
  disabled?: boolean;
  options?: { value: string; label: string; default?: boolean }[];
  min_values?: number;
  max_values?: number;
  components?: Component[];
  component?: Component;
  accessory?: Component;
}

type Path = (string | number)[];

/** A component with where it is, and everything inside it. */
export function* walk(components: readonly Component[], path: Path): Generator<[Component, Path]> {
  for (const [index, component] of components.entries()) yield* walkOne(component, [...path, index]);
}

function* walkOne(component: Component, path: Path): Generator<[Component, Path]> {
  yield [component, path];
  yield* walk(component.components ?? [], [...path, "components"]);
  if (component.accessory) yield* walkOne(component.accessory, [...path, "accessory"]);
  if (component.component) yield* walkOne(component.component, [...path, "component"]);
}

/** What the schemas leave to words in Discord's component reference. */
export function messageComponentIssues(
  components: readonly APIMessageTopLevelComponent[],
  isComponentsV2: boolean,
): FormIssue[] {
  const tops = components as readonly Component[];
  const all = [...walk(tops, ["components"])];
  return [
    ...(isComponentsV2 ? totals(all) : rowsOnly(tops)),
    ...all.flatMap(([component, path]) => [
      ...nesting(component, path),
      ...button(component, path),
      ...select(component, path),
    ]),
    ...duplicates(all),
  ];
}

function rowsOnly(tops: readonly Component[]): FormIssue[] {
  const issues: FormIssue[] = tops.flatMap((component, index) =>
    component.type === ComponentType.ActionRow
      ? []
      : [
          {
            path: ["components", index, "type"],
            code: "UNION_TYPE_CHOICES",
            message: `Value of field "type" must be one of (1,): this needs the flag IS_COMPONENTS_V2.`,
          },
        ],
  );
  if (tops.length > MAX_ROWS) issues.push(tooLong(["components"], MAX_ROWS));
  return issues;
}

function totals(all: readonly [Component, Path][]): FormIssue[] {
  const text = all.reduce(
    (sum, [component]) =>
      sum + (component.type === ComponentType.TextDisplay ? (component.content ?? "").length : 0),
    0,
  );
  return [
    ...(all.length > MAX_COMPONENTS ? [tooLong(["components"], MAX_COMPONENTS)] : []),
    ...(text > MAX_DISPLAYED_TEXT
      ? [
          {
            path: ["components"],
            code: "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            message: `The total displayable text size exceeds the maximum of ${MAX_DISPLAYED_TEXT}`,
          },
        ]
      : []),
  ];
}

function nesting(component: Component, path: Path): FormIssue[] {
  if (component.type !== ComponentType.ActionRow) return [];
  const inside = component.components ?? [];
  const buttons = inside.filter((child) => child.type === ComponentType.Button).length;
  const others = inside.length - buttons;
  const fits = others === 0 ? buttons <= MAX_BUTTONS : others === 1 && buttons === 0;
  return fits
    ? []
    : [
        {
          path: [...path, "components"],
          code: "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
          message: "A row holds up to five buttons or one select menu.",
        },
      ];
}

function button(component: Component, path: Path): FormIssue[] {
  if (component.type !== ComponentType.Button) return [];
  const issues: FormIssue[] = [];
  const is = (field: string, code: string, message: string) =>
    issues.push({ path: [...path, field], code, message });
  const opensPage = component.style === ButtonStyle.Link;
  const buys = component.style === ButtonStyle.Premium;
  if (opensPage && !component.url) is("url", "BASE_TYPE_REQUIRED", "A url is required for a link button");
  if (!opensPage && component.url) is("url", "COMPONENT_BUTTON_URL", "Only a link button has a url");
  if (!opensPage && !buys && !component.custom_id) {
    is("custom_id", "BASE_TYPE_REQUIRED", "A custom id is required");
  }
  if ((opensPage || buys) && component.custom_id) {
    is("custom_id", "COMPONENT_CUSTOM_ID_NOT_ALLOWED", "This button cannot have a custom id");
  }
  if (!buys && !component.label && !component.emoji) {
    is("label", "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji");
  }
  return issues;
}

const SELECTS: readonly ComponentType[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];

export function isSelect(component: Component): boolean {
  return SELECTS.includes(component.type);
}

function select(component: Component, path: Path): FormIssue[] {
  if (!isSelect(component)) return [];
  const { min_values: min = 1, max_values: max = 1, options } = component;
  const issues: FormIssue[] = [];
  if (min > max) {
    issues.push({
      path: [...path, "min_values"],
      code: "COMPONENT_MIN_VALUES_EXCEEDS_MAX",
      message: "min_values is greater than max_values",
    });
  }
  if (!options) return issues;
  if (max > options.length) {
    issues.push({
      path: [...path, "max_values"],
      code: "SELECT_COMPONENT_MAX_VALUES_EXCEEDS_OPTIONS",
      message: "max_values is greater than the number of options",
    });
  }
  for (const [index, option] of options.entries()) {
    if (options.findIndex((other) => other.value === option.value) < index) {
      issues.push({
        path: [...path, "options", index, "value"],
        code: "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        message: "The specified option value is already used",
      });
    }
  }
  if (options.filter((option) => option.default).length > max) {
    issues.push({
      path: [...path, "options"],
      code: "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
      message: "More options are selected by default than max_values",
    });
  }
  return issues;
}

export function duplicates(all: readonly [Component, Path][]): FormIssue[] {
  const seen = new Set<string>();
  return all.flatMap(([component, path]) => {
    if (!component.custom_id) return [];
    if (!seen.has(component.custom_id)) {
      seen.add(component.custom_id);
      return [];
    }
    return [
      {
        path: [...path, "custom_id"],
        code: "COMPONENT_CUSTOM_ID_DUPLICATED",
        message: "Component custom id cannot be duplicated",
      },
    ];
  });
}

export function tooLong(path: Path, maximum: number): FormIssue {
  return { path, code: "BASE_TYPE_MAX_LENGTH", message: `Must be ${maximum} or fewer in length.` };
}
