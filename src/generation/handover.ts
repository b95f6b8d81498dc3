/** /me results: private results that reached nobody are handed to whom they belong. */
import type { ChatInputCommandInteraction } from "discord.js";
import type { Bot } from "../discord/bot.ts";
import { answer, toReply } from "../discord/reply.ts";
import { handOver, kept } from "../store/kept.ts";
import { readRecord } from "../store/requests.ts";
import { en } from "../texts/en.ts";
import { answerOf } from "./result.ts";

export async function handOverKept(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const ids = await kept(bot.redis, interaction.user.id);
  if (ids.length === 0) {
    await answer(interaction, true, async () => ({ content: en.nothingKept }));
    return;
  }
  await interaction.deferReply({ flags: ["Ephemeral"] });
  for (const id of ids) {
    const record = await readRecord(bot.redis, id);
    const outcomes = (record?.results ?? []).map((result) => ({ ended: "rendered" as const, result }));
    const message = record
      ? await answerOf(
          { redis: bot.redis, directory: await bot.directory.get() },
          record.request,
          outcomes,
          undefined,
        )
      : { content: en.recordGone };
    await interaction.followUp(toReply(message, true));
    await handOver(bot.redis, interaction.user.id, id);
  }
}
