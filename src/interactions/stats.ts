/** What /stats does: one chart at a time, and below it a menu of the others. */
import type { ChatInputCommandInteraction } from "discord.js";
import { ComponentType } from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { answerLater, change } from "../discord/reply.ts";
import { type ChartName, isChart } from "../stats/charts.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers } from "./component.ts";

/** Days that the charts by day may look back. */
export const PERIODS = [7, 14, 30, 90] as const;
const DEFAULT_DAYS = 14;

const daysOf = (typed: number | undefined): number => PERIODS.find((days) => days === typed) ?? DEFAULT_DAYS;

export async function showStats(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  { chart, days }: { chart?: string | undefined; days?: number | undefined },
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answerLater(interaction, () =>
    chartMessage(bot, t, isChart(chart) ? chart : "backends", daysOf(days)),
  );
}

export const statsButtons: ComponentHandlers = {
  async "stats-chart"(bot, interaction, [days]) {
    const chosen = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    const t = textsFor(interaction.locale);
    await change(interaction, () =>
      chartMessage(bot, t, isChart(chosen) ? chosen : "backends", daysOf(Number(days))),
    );
  },
};

async function chartMessage(bot: Bot, t: Texts, name: ChartName, days: number): Promise<OutgoingMessage> {
  const { redis } = bot;
  const message = await bot.charts.get(name, { redis, directory: await bot.directory.get(), t, days });
  const options = Object.entries(t.stats.charts).map(([value, label]) => ({
    ...{ value, label, default: value === name },
  }));
  return {
    ...message,
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.StringSelect,
            custom_id: customId("stats-chart", String(days)),
            placeholder: t.stats.selectChart,
            options,
          },
        ],
      },
    ],
  };
}
