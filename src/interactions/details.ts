/** 'Show details' on a message of the bot: what it would take to make that result again. */
import { ComponentType, type Message, type MessageContextMenuCommandInteraction } from "discord.js";
import { parseCustomId } from "../discord/customId.ts";
import { answerLater } from "../discord/reply.ts";
import { detailsOf } from "../generation/details.ts";
import { detailsMessage } from "../generation/detailsView.ts";
import type { Lineage } from "../generation/request.ts";
import { Refusal } from "../refusal.ts";
import { type RequestRecord, readRecord } from "../store/requests.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import { shownRecord } from "./records.ts";

/** How far back a result's ancestors are followed. */
const ANCESTORS = 10;

export async function showDetails(
  bot: Bot,
  interaction: MessageContextMenuCommandInteraction,
): Promise<void> {
  const { targetMessage } = interaction;
  if (targetMessage.author.id !== interaction.client.user.id) throw new Refusal((t) => t.details.notMine);
  const requestId = requestOf(targetMessage);
  if (requestId === undefined) throw new Refusal((t) => t.details.nothing);
  const record = await shownRecord(bot, interaction, requestId);
  await answerLater(interaction, async () => {
    const t = textsFor(interaction.locale);
    const [directory, ancestors] = await Promise.all([bot.directory.get(), ancestorsOf(bot, record)]);
    const details = detailsOf(
      record,
      directory,
      ancestors.map(({ lineage }) => lineage),
    );
    const [parent] = ancestors;
    return detailsMessage(t, details, parent && madeFrom(t, parent));
  });
}

/** The request that a message's buttons and menus are about: it comes last in their custom ids. */
function requestOf(message: Message): string | undefined {
  const ids = message.components.flatMap((row) =>
    row.type === ComponentType.ActionRow
      ? row.components.flatMap((component) => ("customId" in component ? (component.customId ?? []) : []))
      : [],
  );
  return ids.map((id) => parseCustomId(id)?.args.at(-1)).find((last) => last && /^r\d+$/.test(last));
}

interface Ancestor {
  lineage: Lineage;
  /** Absent when the ancestor's record is gone. */
  record: RequestRecord | undefined;
}

async function ancestorsOf({ redis }: Bot, { request }: RequestRecord): Promise<Ancestor[]> {
  const found: Ancestor[] = [];
  let { lineage } = request;
  while (lineage && found.length < ANCESTORS) {
    const record: RequestRecord | undefined = await readRecord(redis, lineage.request);
    found.push({ lineage, record });
    lineage = record?.request.lineage;
  }
  return found;
}

function madeFrom(t: Texts, { lineage, record }: Ancestor): string {
  const { request, messageId } = record ?? {};
  // A private answer has no address that leads to it.
  const isLinked = request && messageId !== undefined && !request.private;
  const result = isLinked
    ? t.details.linked(`https://discord.com/channels/${request.guildId}/${request.channelId}/${messageId}`)
    : `\`${lineage.request}\``;
  const { change, image = 0 } = lineage;
  return change === "variations"
    ? t.details.madeFrom.variations(result, image + 1)
    : t.details.madeFrom[change](result);
}
