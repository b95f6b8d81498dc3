/** The request that somebody points at, and whether it is theirs to stop. */
import type { BaseInteraction } from "discord.js";
import { moderatedBy } from "../discord/permissions.ts";
import { isSecret } from "../generation/details.ts";
import type { Request } from "../generation/request.ts";
import { Refusal } from "../refusal.ts";
import { storeCancellation } from "../store/cancellations.ts";
import { type RequestRecord, readRecord } from "../store/requests.ts";
import type { Texts } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";

/**
 * @param gone what is said of a request that is not there, or another server's: a result's button says that it is too old
 * @throws Refusal for such a one, and for one that was drawn for a round of the quiz that is open
 */
export async function recordFor(
  bot: Bot,
  interaction: BaseInteraction,
  requestId: string | undefined,
  gone: (t: Texts) => string = (t) => t.recordGone,
): Promise<RequestRecord> {
  const record = requestId === undefined ? undefined : await readRecord(bot.redis, requestId);
  if (!record) throw new Refusal(gone);
  const { guildId, userId } = record.request;
  // In a direct message there is no server: then only the requester has the message at all.
  if (interaction.guildId ? interaction.guildId !== guildId : interaction.user.id !== userId)
    throw new Refusal(gone);
  if (record.state === "answered" && isSecret(record.request)) throw new Refusal((t) => t.rounds.stillOpen);
  return record;
}

/**
 * The same for what shows of its pictures or settings: another member's private request is none of their business, and
 * what a round asks is nobody's before it is revealed, also while it waits and is drawn.
 */
export async function shownRecord(
  bot: Bot,
  interaction: BaseInteraction,
  requestId: string | undefined,
): Promise<RequestRecord> {
  const record = await recordFor(bot, interaction, requestId);
  const { request } = record;
  if (request.private && interaction.user.id !== request.userId) throw new Refusal((t) => t.recordGone);
  if (isSecret(request)) throw new Refusal((t) => t.rounds.stillOpen);
  return record;
}

/** @throws Refusal for anybody but the member who asked and moderators of where they asked */
export function requireRight(interaction: BaseInteraction, { userId, channelId }: Request): void {
  if (interaction.user.id === userId) return;
  const moderated = moderatedBy(interaction);
  const isModerator =
    moderated === "server" || (moderated === "channel" && interaction.channelId === channelId);
  if (!isModerator) throw new Refusal((t) => t.notYours);
}

/**
 * Stores who cancelled, and returns what stops it: to be called once the interaction is acknowledged.
 * @throws Refusal when it is not theirs, or finished
 */
export async function cancellation(
  bot: Bot,
  interaction: BaseInteraction,
  { request, state }: RequestRecord,
): Promise<() => Promise<void>> {
  requireRight(interaction, request);
  if (state !== "waiting") throw new Refusal((t) => t.alreadyDone);
  await storeCancellation(bot.redis, request.id, interaction.user.id);
  return () => bot.producer.stop(request);
}
