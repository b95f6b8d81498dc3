/** What /compare asks for, and the views of two pictures under its result. */
import type { RepliableInteraction } from "discord.js";
import { answerLater, change } from "../discord/reply.ts";
import { type Pair, parsePair, type ViewName } from "../generation/compare/controls.ts";
import { pairView } from "../generation/compare/pairView.ts";
import { type CompareWish, toRenders } from "../generation/compare/renders.ts";
import { sizeName, type Wish } from "../generation/parse.ts";
import { Refusal } from "../refusal.ts";
import type { RequestRecord } from "../store/requests.ts";
import { ask, type Manner } from "./ask.ts";
import type { Bot } from "./bot.ts";
import type { Component, ComponentHandlers } from "./component.ts";
import { shownRecord } from "./records.ts";

/** @throws Refusal, with nothing queued */
export async function compare(
  bot: Bot,
  interaction: RepliableInteraction,
  wish: CompareWish,
  manner: Manner,
): Promise<void> {
  await ask(
    bot,
    interaction,
    {
      kind: "compare",
      wanted: ({ directory, paces }) => ({ renders: toRenders(wish, directory, paces) }),
    },
    manner,
  );
}

/** The same comparison again, as far as `change` does not say otherwise. */
export async function repeatComparison(
  bot: Bot,
  interaction: RepliableInteraction,
  { request: { renders } }: RequestRecord,
  change: Partial<Wish>,
  manner: Manner,
): Promise<void> {
  const [render] = renders;
  if (!render) throw new Refusal((t) => t.recordGone);
  const { prompt, steps, guidance, noise } = render;
  const wish = { prompt, steps, guidance, noise, size: sizeName(render), ...change };
  await compare(bot, interaction, { ...wish, backends: renders.map(({ recipe }) => recipe) }, manner);
}

async function look(
  bot: Bot,
  interaction: Component,
  requestId: string | undefined,
  view: ViewName,
  pair?: Pair,
) {
  const record = await shownRecord(bot, interaction, requestId);
  if (record.request.kind !== "compare") throw new Refusal((t) => t.compare.noPair);
  const looking = {
    redis: bot.redis,
    directory: await bot.directory.get(),
    locale: interaction.locale,
    limitBytes: interaction.attachmentSizeLimit ?? record.request.attachmentSizeLimit,
  };
  return pairView(view, looking, record, pair);
}

/** A button opens the view for whoever pressed it; the menu in it shows another pair in the same message. */
const buttonsOf = (view: ViewName): ComponentHandlers => ({
  [view]: (bot, interaction, [requestId]) =>
    answerLater(interaction, () => look(bot, interaction, requestId, view)),

  async [`${view}-pair`](bot, interaction, [requestId]) {
    const pair = interaction.isStringSelectMenu() ? parsePair(interaction.values[0] ?? "") : undefined;
    if (!pair) throw new Refusal((t) => t.compare.noPair);
    await change(interaction, () => look(bot, interaction, requestId, view, pair));
  },
});

export const compareButtons: ComponentHandlers = {
  ...buttonsOf("compare-diff"),
  ...buttonsOf("compare-flicker"),
};
