/** From an interaction to a queued request and its first message. /generate and the buttons come through here. */
import type { RepliableInteraction } from "discord.js";
import type { Bot } from "../discord/bot.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { requireBotPermissions } from "../discord/permissions.ts";
import { answer } from "../discord/reply.ts";
import { placeOf } from "../queue/order.ts";
import { Refusal } from "../refusal.ts";
import { setMessageId } from "../store/requests.ts";
import { en } from "../texts/en.ts";
import { estimateSeconds } from "./estimate.ts";
import { toRender, type Wish } from "./parse.ts";
import { type Request, requestSchema } from "./request.ts";
import { submit } from "./submit.ts";
import { waitingMessage } from "./view.ts";

export interface Manner {
  private: boolean;
  notify: boolean;
  /** Send the images one by one and lossless instead of as a grid. */
  fullSize?: boolean;
  /** The request whose button this is. */
  lineage?: string;
}

/** Acknowledges with the position message itself. @throws Refusal, with nothing queued */
export async function generate(
  bot: Bot,
  interaction: RepliableInteraction,
  wish: Wish,
  manner: Manner,
): Promise<void> {
  let request: Request | undefined;
  const messageId = await answer(interaction, manner.private, async () => {
    request = await toRequest(bot, interaction, wish, manner);
    await submit(bot, request, interaction.token);
    const message = await firstMessage(bot, request);
    bot.progress.noteShown(request.id, message);
    return message;
  });
  if (request && messageId) await setMessageId(bot.redis, request.id, messageId);
}

async function toRequest(
  bot: Bot,
  interaction: RepliableInteraction,
  wish: Wish,
  manner: Manner,
): Promise<Request> {
  const { guildId, channelId } = interaction;
  if (!guildId || !channelId) throw new Refusal(en.onlyInServers);
  requireBotPermissions(interaction);
  const directory = await bot.directory.get().catch((cause: unknown) => {
    throw new Refusal(en.redisAway, { cause });
  });
  return requestSchema.parse({
    id: `r${interaction.id}`,
    kind: "generate",
    userId: interaction.user.id,
    guildId,
    channelId,
    applicationId: interaction.applicationId,
    interactionId: interaction.id,
    locale: interaction.locale,
    private: manner.private,
    notify: manner.notify,
    attachmentSizeLimit: interaction.attachmentSizeLimit,
    createdAt: Date.now(),
    fullSize: manner.fullSize ?? false,
    renders: [toRender(wish, directory)],
    lineage: manner.lineage,
  });
}

/** The request is in the queue by now: what can't be told about its place must not undo that. */
async function firstMessage(bot: Bot, request: Request): Promise<OutgoingMessage> {
  try {
    const [{ ahead }, directory] = await Promise.all([placeOf(bot.redis, request), bot.directory.get()]);
    const count = [...ahead.values()].reduce((sum, renders) => sum + renders, 0);
    return waitingMessage(request, count, await estimateSeconds(bot.redis, directory, ahead), request.notify);
  } catch (error) {
    bot.log.warn({ err: error, requestId: request.id }, "the place in the queue could not be read");
    return waitingMessage(request, undefined, undefined, request.notify);
  }
}
