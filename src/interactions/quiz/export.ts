/** /quiz export: a moderator sees everything, and so does not vote any more in what is open. */
import type { ChatInputCommandInteraction } from "discord.js";
import { requireManager } from "../../discord/permissions.ts";
import { answerLater } from "../../discord/reply.ts";
import { exportFiles } from "../../quiz/export.ts";
import { roundsOf } from "../../store/quiz/rounds.ts";
import { bar, votesOf } from "../../store/quiz/votes.ts";
import { textsFor } from "../../texts/texts.ts";
import type { Bot } from "../bot.ts";
import { studyHere } from "./study.ts";

export async function exportStudy(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  id: string | undefined,
): Promise<void> {
  requireManager(interaction);
  const t = textsFor(interaction.locale);
  const study = await studyHere(bot, interaction, id);
  await answerLater(interaction, async () => {
    const { redis } = bot;
    const secret = (await roundsOf(redis, study.plan.id)).filter(({ state }) =>
      ["drawn", "open"].includes(state),
    );
    // Before anything is read: a vote that comes in between comes from somebody who has seen nothing.
    for (const { round } of secret) await bar(redis, round.id, interaction.user.id);
    // Only what was there then: a round that opens meanwhile stays secret.
    const known = new Set(secret.map(({ round }) => round.id));
    const rounds = (await roundsOf(redis, study.plan.id)).filter(
      ({ state, round }) => known.has(round.id) || !["drawn", "open"].includes(state),
    );
    const voted = await Promise.all(
      rounds.map(async (stored) => ({ ...stored, votes: await votesOf(redis, stored.round.id) })),
    );
    const { csv, json } = exportFiles(study, voted);
    return {
      content: t.players.exported(study.plan.id, secret.length > 0),
      files: [
        { name: "votes.csv", data: csv, description: t.players.altCsv },
        { name: "study.json", data: json, description: t.players.altJson },
      ],
    };
  });
}
