/** What /backends does, and the buttons and menus under its list. Nobody else needs to see what one person looks up. */
import type { ChatInputCommandInteraction } from "discord.js";
import { ComponentType } from "discord-api-types/v10";
import { detailsMessage } from "../backends/details.ts";
import { guide, QUESTIONS } from "../backends/guide.ts";
import { BITS, legend, row, SORTS, STATES, select, type Wanted } from "../backends/listing.ts";
import { type Measured, measuredOf } from "../backends/measured.ts";
import { customId } from "../discord/customId.ts";
import { cut, type OutgoingMessage } from "../discord/messages.ts";
import { answer, answerLater, change } from "../discord/reply.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers } from "./component.ts";
import { linePages, pageOf, pageRow, type Row } from "./paging.ts";

/** As many as fit into Discord's 2,000 characters with the longest labels. */
const PAGE_SIZE = 7;
/** In custom ids, for an option that was left out. */
const ANY = "any";

/** What was typed or stands in a custom id, as far as it is one of the choices. */
interface Typed {
  family?: string | undefined;
  bits?: string | undefined;
  state?: string | undefined;
  sort?: string | undefined;
}

const wantedOf = ({ family, bits, state, sort }: Typed): Wanted => ({
  family: family === ANY ? undefined : family,
  bits: (Object.keys(BITS) as (keyof typeof BITS)[]).find((name) => name === bits),
  state: STATES.find((name) => name === state),
  sort: SORTS.find((name) => name === sort),
});

export async function listBackends(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  typed: Typed,
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, () => listMessage(bot, t, wantedOf(typed), 0));
}

export async function showBackend(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  id: string,
): Promise<void> {
  await answerLater(interaction, () => detailsMessage(bot.redis, textsFor(interaction.locale), id));
}

export async function guideBackends(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  question: string | undefined,
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, () => guideMessage(bot, t, question, 0));
}

export const backendButtons: ComponentHandlers = {
  async "backends-page"(bot, interaction, [family, bits, state, sort, index]) {
    const wanted = wantedOf({ family, bits, state, sort });
    const t = textsFor(interaction.locale);
    await change(interaction, () => listMessage(bot, t, wanted, Number(index)));
  },

  async "backends-guide"(bot, interaction, [question, index]) {
    const t = textsFor(interaction.locale);
    await change(interaction, () => guideMessage(bot, t, question, Number(index)));
  },

  async "backends-details"(bot, interaction) {
    const id = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    const t = textsFor(interaction.locale);
    await answerLater(interaction, () => detailsMessage(bot.redis, t, id ?? ""));
  },
};

async function measuredIn(bot: Bot): Promise<Measured> {
  const { offered, model } = await bot.directory.get();
  const recipes = offered.map(({ report }) => report.id);
  return measuredOf(bot.redis, recipes, model?.name);
}

/** @param asked what was typed or stands in a custom id; all questions where it is none */
async function guideMessage(
  bot: Bot,
  t: Texts,
  asked: string | undefined,
  index: number,
): Promise<OutgoingMessage> {
  const [directory, measured] = await Promise.all([bot.directory.get(), measuredIn(bot)]);
  const question = QUESTIONS.find((known) => known === asked);
  const lines = await guide({ redis: bot.redis, directory, measured, t }, question);
  const page = pageOf(linePages(lines), index, 1);
  return { content: page.items.join(), components: pageRow(t, page, "backends-guide", [question ?? ANY]) };
}

async function listMessage(bot: Bot, t: Texts, wanted: Wanted, index: number): Promise<OutgoingMessage> {
  const [directory, measured] = await Promise.all([bot.directory.get(), measuredIn(bot)]);
  const found = select(directory, measured, wanted);
  if (found.length === 0) return { content: t.backends.noneMatch };
  const page = pageOf(found, index, PAGE_SIZE);
  const { family = ANY, bits = ANY, state = ANY, sort = ANY } = wanted;
  const refused = [...directory.refused.keys()];
  const lines = [
    t.backends.heading(found.length, directory.offered.length),
    ...page.items.map((backend) => row(t, backend, measured)),
    legend(t, measured),
    ...(refused.length > 0 ? [t.backends.refusedHere(refused)] : []),
  ];
  const details: Row = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: customId("backends-details"),
        placeholder: t.backends.details,
        options: page.items.map(({ report }) => ({ value: report.id, label: cut(report.label, 100) })),
      },
    ],
  };
  const turn = pageRow(t, page, "backends-page", [family, bits, state, sort]);
  return { content: lines.join("\n"), components: [details, ...turn] };
}
