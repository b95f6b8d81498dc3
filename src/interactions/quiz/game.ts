/** The quiz as a game: a round a day in a channel, and rounds that somebody plays alone. */
import type { ChatInputCommandInteraction } from "discord.js";
import { requireManager } from "../../discord/permissions.ts";
import { answer } from "../../discord/reply.ts";
import { requireNoLock } from "../../presets/apply.ts";
import type { QuizWish } from "../../quiz/start.ts";
import { Refusal } from "../../refusal.ts";
import { endStudy, plansOf, storePlan } from "../../store/quiz/studies.ts";
import { textsFor } from "../../texts/texts.ts";
import { ask } from "../ask.ts";
import type { Bot } from "../bot.ts";
import { type House, houseOf } from "../house.ts";
import { firstRound, planOf } from "./start.ts";

const DAILY_HOUR = 18;
/** Open until an hour before the next one. */
const DAILY_CLOSES = "23 hours";

export interface DailyWish {
  channel?: string | undefined;
  hour?: number | undefined;
  backends?: string | undefined;
  off?: boolean | undefined;
}

export async function setDaily(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  { channel, hour = DAILY_HOUR, backends, off }: DailyWish,
): Promise<void> {
  requireManager(interaction);
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    const guildId = interaction.guildId ?? "";
    if (off) {
      const was = await bot.quizJobs.noDaily(guildId);
      await endDaily(bot, guildId);
      if (!was) throw new Refusal((say) => say.rounds.noDaily);
      return { content: t.rounds.dailyOff };
    }
    if (channel === undefined) throw new Refusal((say) => say.rounds.dailyChannel);
    if (!Number.isInteger(hour) || hour < 0 || hour > 23) throw new Refusal((say) => say.rules.outOfRange);
    requirePosting(interaction, channel);
    const house = await houseOf(bot, interaction, guildId);
    const plan = {
      ...planOf(interaction, house, "daily", { backends, closes: DAILY_CLOSES }),
      channelId: channel,
    };
    // The schedule always names a plan that runs, also where the bot dies in between.
    await storePlan(bot.redis, plan);
    await bot.quizJobs.daily(guildId, plan.id, hour);
    await endDaily(bot, guildId, plan.id);
    return { content: t.rounds.dailySet(channel, hour) };
  });
}

/**
 * The daily rounds of before: what they found stays.
 * @param next the plan that takes their place
 */
async function endDaily({ redis }: Bot, guildId: string, next?: string): Promise<void> {
  for (const { plan, state } of await plansOf(redis, guildId))
    if (plan.kind === "daily" && state === "running" && plan.id !== next)
      await endStudy(redis, plan, "complete");
}

const POSTING = ["ViewChannel", "SendMessages", "AttachFiles"] as const;

/** @throws Refusal when a round would have nowhere to appear */
function requirePosting({ guild, client }: ChatInputCommandInteraction, channelId: string): void {
  const granted = guild?.channels.cache.get(channelId)?.permissionsFor(client.user);
  const missing = POSTING.filter((name) => !granted?.has(name));
  if (missing.length > 0)
    throw new Refusal((t) =>
      t.rounds.cantPost(
        channelId,
        missing.map((name) => t.permissions[name]),
      ),
    );
}

/** A round for one member, who sees the answer at once. */
export async function playSolo(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  wish: Pick<QuizWish, "backends" | "prompt" | "steps">,
): Promise<void> {
  const begin = async (house: House) => {
    requireNoLock(house); // it shows what other backends draw
    const once = { ...wish, rounds: 1, closes: "1 vote", shamPercent: 0 };
    const plan = planOf(interaction, house, "solo", once);
    await storePlan(bot.redis, plan);
    return plan;
  };
  await ask(bot, interaction, firstRound(bot, begin), { private: true, notify: false });
}
