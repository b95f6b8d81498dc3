/**
 * The form in which a preset is edited. Its custom id carries the revision that it was opened on, so that a change
 * which somebody else has made meanwhile is noticed. What can't be taken is kept as a draft, and a button opens the
 * form again with it: nothing that somebody typed is lost.
 */

import type { ChatInputCommandInteraction, ModalSubmitInteraction } from "discord.js";
import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { requireManager } from "../discord/permissions.ts";
import { editPreset, lastChangeOf, readPresets } from "../presets/changes.ts";
import { toFigures } from "../presets/view.ts";
import { Refusal } from "../refusal.ts";
import { Conflict, type Desk } from "../store/books.ts";
import { keepDraft, readDraft } from "../store/drafts.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers, ModalHandlers } from "./component.ts";
import { manage } from "./history.ts";
import { houseOf } from "./house.ts";
import { toPreset } from "./preset.ts";
import { type Fields, fieldsOf, formOf, typedOf } from "./presetFields.ts";

export async function openPresetForm(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  name: string,
): Promise<void> {
  requireManager(interaction);
  const house = await houseOf(bot, interaction, interaction.guildId ?? "");
  await interaction.showModal(formOf(textsFor(interaction.locale), name, house));
}

export const presetFormButtons: ComponentHandlers = {
  async "preset-form"(bot, interaction, [name = "", draftId = ""]) {
    requireManager(interaction);
    const [house, draft] = await Promise.all([
      houseOf(bot, interaction, interaction.guildId ?? ""),
      readDraft(bot.redis, draftOf(interaction.guildId ?? "", draftId)),
    ]);
    if (!draft) throw new Refusal((t) => t.presets.draftGone);
    await interaction.showModal(formOf(textsFor(interaction.locale), name, house, draft));
  },
};

export const presetForms: ModalHandlers = {
  async "preset-edit"(bot, interaction, [name = "", revision = ""]) {
    await manage(bot, interaction, (desk, t) => take(bot, desk, t, interaction, name, Number(revision)));
  },
};

async function take(
  bot: Bot,
  desk: Desk,
  t: Texts,
  interaction: ModalSubmitInteraction,
  name: string,
  revision: number,
): Promise<OutgoingMessage> {
  const fields = fieldsOf(interaction);
  const why = fields.why.trim() || undefined;
  const house = await houseOf(bot, interaction, desk.guildId);
  try {
    const before = house.book.presets.get(name)?.value;
    if (!before) throw new Conflict(name);
    const preset = toPreset(typedOf(fields), house, before);
    const changed = await editPreset({ ...desk, why }, name, revision, preset);
    return { content: changed ? t.presets.edited(name, toFigures(preset)) : t.presets.unchanged(name) };
  } catch (error) {
    if (error instanceof Refusal) return again(desk, t, interaction, name, fields, error.say(t));
    if (!(error instanceof Conflict)) throw error;
    return again(desk, t, interaction, name, fields, await conflictText(desk, t, name));
  }
}

/** What was typed stays within reach. */
async function again(
  { redis, guildId }: Desk,
  t: Texts,
  interaction: ModalSubmitInteraction,
  name: string,
  fields: Fields,
  problem: string,
): Promise<OutgoingMessage> {
  await keepDraft(redis, draftOf(guildId, interaction.id), fields);
  return {
    content: t.refused(problem),
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.Button,
            style: ButtonStyle.Primary,
            label: t.presets.buttonFormAgain,
            custom_id: customId("preset-form", name, interaction.id),
          },
        ],
      },
    ],
  };
}

/** What somebody typed in one server is of no use in another. */
const draftOf = (guildId: string, id: string) => `${guildId}:${id}`;

async function conflictText({ redis, guildId }: Desk, t: Texts, name: string) {
  const [last, { presets }] = await Promise.all([
    lastChangeOf(redis, guildId, name),
    readPresets(redis, guildId),
  ]);
  const now = presets.get(name)?.value;
  if (!last) return t.history.conflict;
  return t.presets.conflict(name, last.by, last.at, now && toFigures(now));
}
