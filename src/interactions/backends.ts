/** What /backends does, and the buttons of its list. Nobody else needs to see what one person looks up. */
import type { ChatInputCommandInteraction } from "discord.js";
import {
  type APISectionComponent,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
} from "discord-api-types/v10";
import { detailsMessage } from "../backends/details.ts";
import type { Directory } from "../backends/directory.ts";
import { guide, QUESTIONS } from "../backends/guide.ts";
import { BITS, legend, row, SORTS, STATES, select, type Wanted } from "../backends/listing.ts";
import { type Measured, measuredOf } from "../backends/measured.ts";
import { customId } from "../discord/customId.ts";
import { LAYOUT_LIMIT, type Layout, type OutgoingMessage } from "../discord/messages.ts";
import { answer, answerLater, change } from "../discord/reply.ts";
import { cut } from "../texts/cut.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers } from "./component.ts";
import { linePages, pageOf, pageRow } from "./paging.ts";

/** Three components each: with what stands around them, just within the 40 that Discord takes. */
const PAGE_SIZE = 10;
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
  family: family === ANY ? undefined : family?.trim().toLowerCase(),
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

  async "backends-details"(bot, interaction, [id]) {
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

async function listMessage(bot: Bot, t: Texts, wanted: Wanted, index: number): Promise<Layout> {
  const [directory, measured] = await Promise.all([bot.directory.get(), measuredIn(bot)]);
  return listLayout(t, directory, measured, wanted, index);
}

/** A card: each backend has its own button, and need not be looked for a second time in a menu. */
export function listLayout(
  t: Texts,
  directory: Directory,
  measured: Measured,
  wanted: Wanted,
  index: number,
): Layout {
  if (directory.offered.length === 0) return { layout: [text(absence(t, directory))] };
  const found = select(directory, measured, wanted);
  if (found.length === 0) return { layout: [text(t.backends.noneMatch)] };
  const page = pageOf(found, index, PAGE_SIZE);
  const { family = ANY, bits = ANY, state = ANY, sort = ANY } = wanted;
  const heading = t.backends.heading(found.length, directory.offered.length);
  const rows = page.items.map((backend) => ({ id: backend.report.id, said: row(t, backend, measured) }));
  const refused = [...directory.refused.keys()];
  const below = [legend(t, measured), ...(refused.length > 0 ? [t.backends.refusedHere(refused)] : [])];
  const room = LAYOUT_LIMIT - [heading, ...rows.map(({ said }) => said)].join("").length;
  return {
    layout: [
      {
        type: ComponentType.Container,
        components: [
          text(heading),
          ...rows.map(({ id, said }) => detailed(t, id, said)),
          { type: ComponentType.Separator },
          text(cut(below.join("\n"), room)),
          ...pageRow(t, page, "backends-page", [family, bits, state, sort]),
        ],
      },
    ],
  };
}

/** Why nothing is offered at all. */
function absence(t: Texts, { workers, refused, starting, problem }: Directory): string {
  if (workers === 0) return t.backends.noWorkers;
  if (refused.size > 0) return t.backends.refusedHere([...refused.keys()]);
  if (problem !== undefined && !starting) return t.workersFailing(problem);
  return t.workersStarting;
}

const text = (content: string): APITextDisplayComponent => ({ type: ComponentType.TextDisplay, content });

const detailed = (t: Texts, id: string, said: string): APISectionComponent => ({
  type: ComponentType.Section,
  components: [text(said)],
  accessory: {
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    label: t.backends.buttonDetails,
    custom_id: customId("backends-details", id),
  },
});
