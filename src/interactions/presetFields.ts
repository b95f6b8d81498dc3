/** The fields of the form in which a preset is edited: what stands in them, and what was typed. */
import type { ModalSubmitInteraction } from "discord.js";
import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from "discord-api-types/v10";
import { matchBackends } from "../backends/directory.ts";
import { customId } from "../discord/customId.ts";
import { CHOICES } from "../discord/limits.ts";
import { sizeName } from "../generation/parse.ts";
import { ownName } from "../presets/changes.ts";
import { readFigures, writeFigures } from "../presets/figures.ts";
import type { Preset } from "../presets/preset.ts";
import { Refusal } from "../refusal.ts";
import type { Draft } from "../store/drafts.ts";
import { cut } from "../texts/cut.ts";
import type { Texts } from "../texts/texts.ts";
import { WHY_LIMIT } from "./history.ts";
import type { House } from "./house.ts";
import type { Typed } from "./preset.ts";

/** The form's fields, by their custom ids; a draft holds the same. */
export type Fields = Record<"backend" | "size" | "figures" | "why", string>;

/** The choice of a size that leaves it to the model. */
const MODEL_SIZE = "model";
const FIGURES_LIMIT = 300;

export function fieldsOf({ fields }: ModalSubmitInteraction): Fields {
  return {
    backend: fields.getStringSelectValues("backend")[0] ?? "",
    size: fields.getStringSelectValues("size")[0] ?? MODEL_SIZE,
    figures: fields.getTextInputValue("figures"),
    why: fields.getTextInputValue("why"),
  };
}

/** @throws Refusal that names the line which can't be read */
export function typedOf({ backend, size, figures }: Fields): Typed {
  const { limits, ...own } = readFigures(figures);
  return {
    backend,
    ...own,
    ...(size === MODEL_SIZE ? {} : { size }),
    max_steps: limits.steps,
    max_images: limits.images,
  };
}

/**
 * @param draft what stands in the fields instead of the preset's own
 * @throws Refusal when the server has no such preset of its own
 */
export function formOf(
  t: Texts,
  name: string,
  house: House,
  draft?: Draft,
): APIModalInteractionResponseCallbackData {
  const held = house.book.presets.get(ownName(house.book, name));
  if (!held) throw new Refusal((say) => say.presets.draftGone);
  const values: Partial<Fields> = draft ?? {
    backend: held.value.backend,
    size: held.value.size ?? MODEL_SIZE,
    figures: writeFigures(held.value),
  };
  const select = (id: string, options: { value: string; label: string }[], chosen: string | undefined) => ({
    type: ComponentType.StringSelect as const,
    custom_id: id,
    required: true,
    options: options.slice(0, CHOICES).map((option) => ({ ...option, default: option.value === chosen })),
  });
  return {
    custom_id: customId("preset-edit", name, String(held.revision)),
    title: cut(t.presets.formTitle(name), 45),
    components: [
      {
        type: ComponentType.Label,
        label: t.presets.formBackend,
        component: select("backend", backendOptions(t, house, held.value, values.backend), values.backend),
      },
      {
        type: ComponentType.Label,
        label: t.presets.formSize,
        component: select("size", sizeOptions(t, house, values.size), values.size),
      },
      {
        type: ComponentType.Label,
        label: t.presets.formFigures,
        description: t.presets.formFiguresHelp,
        component: {
          type: ComponentType.TextInput,
          custom_id: "figures",
          style: TextInputStyle.Paragraph,
          required: false,
          max_length: FIGURES_LIMIT,
          ...(values.figures ? { value: values.figures } : {}),
        },
      },
      {
        type: ComponentType.Label,
        label: t.presets.formWhy,
        component: {
          type: ComponentType.TextInput,
          custom_id: "why",
          style: TextInputStyle.Short,
          required: false,
          max_length: WHY_LIMIT,
          ...(values.why ? { value: values.why } : {}),
        },
      },
    ],
  };
}

/** The preset's own backend first, though no engine may offer it now, then what is loaded. */
function backendOptions(t: Texts, { directory }: House, { backend }: Preset, chosen = backend) {
  const offered = matchBackends(directory, "").map(({ report }) => ({
    value: report.id,
    label: report.label,
  }));
  const first = [...new Set([chosen, backend])].map(
    (id) => offered.find(({ value }) => value === id) ?? { value: id, label: t.presets.formNotOffered(id) },
  );
  return [...first, ...offered.filter(({ value }) => !first.some((option) => option.value === value))];
}

function sizeOptions(t: Texts, { directory }: House, chosen: string | undefined) {
  const sizes = new Set(directory.model?.sizes.map(sizeName));
  if (chosen !== undefined && chosen !== MODEL_SIZE) sizes.add(chosen);
  return [
    { value: MODEL_SIZE, label: t.presets.formModelSize },
    ...[...sizes].map((size) => ({ value: size, label: size })),
  ];
}
