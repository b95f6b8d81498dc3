/** /preset: what a server's moderators do with its presets. */
import type { ChatInputCommandInteraction } from "discord.js";
import type { OutgoingMessage } from "../discord/messages.ts";
import { requireManager } from "../discord/permissions.ts";
import { change } from "../discord/reply.ts";
import { sizeName, toRender } from "../generation/parse.ts";
import { presetNamed } from "../presets/apply.ts";
import { createPreset, deletePreset, setDefault, setLock, undoPresets } from "../presets/changes.ts";
import { type Preset, presetSchema, SERVER } from "../presets/preset.ts";
import { defaultLines, describeChange, listLines, presetText, toFigures } from "../presets/view.ts";
import { Refusal } from "../refusal.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers } from "./component.ts";
import { historyButtons, historyMessage, manage } from "./history.ts";
import { type House, houseOf } from "./house.ts";
import { pageOf, pageRow } from "./paging.ts";

/** With as many defaults, a page of the longest presets fits 2,000 characters. */
const PAGE_SIZE = 6;

/** What somebody may type of a preset. */
export interface Typed {
  backend: string;
  steps?: number | undefined;
  size?: string | undefined;
  guidance?: number | undefined;
  images?: number | undefined;
  max_steps?: number | undefined;
  max_images?: number | undefined;
}

type Interaction = ChatInputCommandInteraction;
type Why = string | undefined;

export async function listPresets(bot: Bot, interaction: Interaction): Promise<void> {
  await manage(bot, interaction, async ({ guildId }, t) =>
    listMessage(t, await houseOf(bot, interaction, guildId), 0),
  );
}

export async function showPreset(bot: Bot, interaction: Interaction, name: string): Promise<void> {
  await manage(bot, interaction, async ({ guildId }, t) => {
    const house = await houseOf(bot, interaction, guildId);
    return { content: presetText(t, name, presetNamed(name, house), house) };
  });
}

export async function create(
  bot: Bot,
  interaction: Interaction,
  name: string,
  typed: Typed,
  why: Why,
): Promise<void> {
  await manage(bot, interaction, async (desk, t) => {
    const preset = toPreset(typed, await houseOf(bot, interaction, desk.guildId));
    await createPreset({ ...desk, why }, name, preset);
    return { content: t.presets.created(name, toFigures(preset)) };
  });
}

export async function remove(bot: Bot, interaction: Interaction, name: string, why: Why): Promise<void> {
  await manage(bot, interaction, async (desk, t) => {
    const scopes = await deletePreset({ ...desk, why }, name);
    const content = scopes.length > 0 ? t.presets.deletedDefault(name, scopes) : t.presets.deleted(name);
    return { content };
  });
}

export async function makeDefault(
  bot: Bot,
  interaction: Interaction,
  name: string | undefined,
  channel: string | undefined,
  why: Why,
): Promise<void> {
  const scope = channel ?? SERVER;
  await manage(bot, interaction, async (desk, t) => {
    const changed = await setDefault({ ...desk, why }, scope, name);
    if (name !== undefined) return { content: t.presets.defaultSet(name, scope) };
    if (!changed) throw new Refusal((say) => say.presets.noDefaultThere(scope));
    return { content: t.presets.defaultCleared(scope) };
  });
}

export async function lock(
  bot: Bot,
  interaction: Interaction,
  locked: boolean,
  channel: string | undefined,
  why: Why,
): Promise<void> {
  const scope = channel ?? SERVER;
  await manage(bot, interaction, async (desk, t) => {
    const preset = await setLock({ ...desk, why }, scope, locked);
    const say = locked ? t.presets.lockedNow : t.presets.unlockedNow;
    return { content: say(preset, scope) };
  });
}

export async function undoPreset(bot: Bot, interaction: Interaction, why: Why): Promise<void> {
  await manage(bot, interaction, async (desk, t) => {
    const undone = await undoPresets({ ...desk, why });
    if (!undone) throw new Refusal((say) => say.history.nothingToUndo);
    return { content: t.history.undone(describeChange(t, undone)) };
  });
}

export async function presetHistory(bot: Bot, interaction: Interaction): Promise<void> {
  await manage(bot, interaction, ({ guildId }, t) =>
    historyMessage(bot, t, "presets", guildId, describeChange),
  );
}

export const presetButtons: ComponentHandlers = {
  ...historyButtons("presets", describeChange),

  async "presets-list"(bot, interaction, [index]) {
    requireManager(interaction);
    const house = await houseOf(bot, interaction, interaction.guildId ?? "");
    const t = textsFor(interaction.locale);
    await change(interaction, async () => listMessage(t, house, Number(index)));
  },
};

export function listMessage(
  t: Texts,
  house: Pick<House, "book" | "directory" | "paces">,
  index: number,
): OutgoingMessage {
  const lines = listLines(t, house);
  const page = pageOf(lines, index, PAGE_SIZE);
  const defaults = defaultLines(t, house.book).slice(0, PAGE_SIZE);
  return {
    content: [
      t.presets.listTitle(lines.length),
      ...page.items,
      ...(defaults.length > 0 ? defaults : [t.presets.noDefault]),
    ].join("\n"),
    components: pageRow(t, page, "presets-list"),
  };
}

/**
 * @param before the preset that is changed: its backend may stay though no engine offers it now
 * @throws Refusal when the workers online, or this server's maxima, don't allow a figure
 */
export function toPreset(typed: Typed, { directory }: House, before?: Preset): Preset {
  const { steps, size, guidance, images, max_steps, max_images } = typed;
  const stays = before !== undefined && typed.backend === before.backend;
  const figures = { steps, size, guidance, images };
  const offered = directory.offered.some(({ report }) => report.id === typed.backend);
  const checked = toRender(
    { prompt: "-", ...figures, ...(stays && !offered ? {} : { backend: typed.backend }) },
    directory,
  );
  for (const [name, own, most] of [
    ["steps", steps, max_steps],
    ["images", images, max_images],
  ] as const)
    if (own !== undefined && most !== undefined && most < own)
      throw new Refusal((t) => t.presets.limitBelow(name));
  const backend = stays ? before.backend : checked.recipe;
  const bits = directory.offered.find(({ report }) => report.id === backend)?.report.bits ?? before?.bits;
  const parsed = presetSchema.safeParse({
    backend,
    bits,
    ...figures,
    ...(size === undefined ? {} : { size: sizeName(checked) }),
    limits: { steps: max_steps, images: max_images },
  });
  if (!parsed.success) throw new Refusal((t) => t.rules.outOfRange);
  return parsed.data;
}
