/** /me results: results that reached nobody are handed to whom they belong. */
import type { ChatInputCommandInteraction } from "discord.js";
import { type OutgoingMessage, toReply } from "../discord/messages.ts";
import { kinds } from "../generation/kinds.ts";
import { outcomesOf } from "../generation/outcomes.ts";
import { cancelledBy } from "../store/cancellations.ts";
import { handOver, kept } from "../store/kept.ts";
import { readRecord } from "../store/requests.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";

export async function handOverKept(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  await interaction.deferReply({ flags: ["Ephemeral"] });
  const t = textsFor(interaction.locale);
  const ids = await kept(bot.redis, interaction.user.id);
  await interaction.editReply({ content: ids.length === 0 ? t.nothingKept : t.kept(ids.length) });
  for (const id of ids) {
    try {
      await interaction.followUp(toReply(await resultOf(bot, t, id), true));
      await handOver(bot.redis, interaction.user.id, id);
    } catch (error) {
      bot.log.warn({ err: error, requestId: id }, "a kept result was not taken; it stays kept");
    }
  }
}

async function resultOf({ redis, directory, quizJobs }: Bot, t: Texts, id: string): Promise<OutgoingMessage> {
  const record = await readRecord(redis, id);
  if (!record) return { content: t.recordGone };
  const { request } = record;
  const by = await cancelledBy(redis, id);
  return kinds[request.kind].answer(
    { redis, directory: await directory.get(), quizJobs },
    request,
    outcomesOf(record),
    by,
  );
}
