/** /me results: results that reached nobody are handed to whom they belong. */
import type { ChatInputCommandInteraction } from "discord.js";
import { type OutgoingMessage, toReply } from "../discord/messages.ts";
import { answerOf } from "../generation/result.ts";
import { handOver, kept } from "../store/kept.ts";
import { cancelledBy, readRecord } from "../store/requests.ts";
import { en } from "../texts/en.ts";
import type { Bot } from "./bot.ts";

export async function handOverKept(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  await interaction.deferReply({ flags: ["Ephemeral"] });
  const ids = await kept(bot.redis, interaction.user.id);
  await interaction.editReply({ content: ids.length === 0 ? en.nothingKept : en.kept(ids.length) });
  for (const id of ids) {
    try {
      await interaction.followUp(toReply(await resultOf(bot, id), true));
      await handOver(bot.redis, interaction.user.id, id);
    } catch (error) {
      bot.log.warn({ err: error, requestId: id }, "a kept result was not taken; it stays kept");
    }
  }
}

async function resultOf({ redis, directory }: Bot, id: string): Promise<OutgoingMessage> {
  const record = await readRecord(redis, id);
  if (!record) return { content: en.recordGone };
  const outcomes = record.results.map((result) => ({ ended: "rendered" as const, result }));
  const by = await cancelledBy(redis, id);
  return answerOf({ redis, directory: await directory.get() }, record.request, outcomes, by);
}
