/** /quiz leaderboard and /quiz me: who sees best, and how well one sees oneself. */
import type { ChatInputCommandInteraction } from "discord.js";
import { answer } from "../../discord/reply.ts";
import { byTrial, ranking, scoredRounds, scoresOf, seasonOf } from "../../quiz/scores.ts";
import { LEADERBOARD_MIN_VOTES } from "../../quiz/statistics/leaderboard.ts";
import { textsFor } from "../../texts/texts.ts";
import type { Bot } from "../bot.ts";

/** Places shown of one table. */
const SHOWN = 10;

/** @param all every season, not this month's alone */
export async function showLeaderboard(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  all: boolean,
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, false, async () => {
    const season = seasonOf(Date.now());
    const rounds = await scoredRounds(bot.redis, interaction.guildId ?? "");
    const counted = all ? rounds : rounds.filter(({ closedAt = 0 }) => seasonOf(closedAt) === season);
    const tables = byTrial(counted).map(({ trial, rounds: asked }) => {
      const places = ranking(asked).slice(0, SHOWN);
      const lines = places.map((score, index) => t.players.place(index + 1, score));
      return [
        t.players.table(trial),
        ...(lines.length > 0 ? lines : [t.players.nobodyYet(LEADERBOARD_MIN_VOTES)]),
      ].join("\n");
    });
    const title = t.players.title(all ? undefined : season);
    const rest =
      tables.length > 0 ? [...tables, t.players.order(LEADERBOARD_MIN_VOTES)] : [t.players.noVotes];
    return { content: [title, ...rest].join("\n") };
  });
}

export async function showOwnScore(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    const rounds = await scoredRounds(bot.redis, interaction.guildId ?? "");
    const scores = scoresOf(rounds, interaction.user.id);
    if (scores.length === 0) return { content: t.players.noOwnVotes };
    return { content: [t.players.ownTitle, ...scores.map(t.players.own), t.players.ownNote].join("\n") };
  });
}
