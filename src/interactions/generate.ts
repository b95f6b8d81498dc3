/** From an interaction to a queued request and its first message. /generate and the buttons come through here. */
import type { RepliableInteraction } from "discord.js";
import type { OutgoingMessage } from "../discord/messages.ts";
import { requireBotPermissions } from "../discord/permissions.ts";
import { answer } from "../discord/reply.ts";
import { toRender, type Wish } from "../generation/parse.ts";
import { placeMessage } from "../generation/place.ts";
import { type Request, requestSchema } from "../generation/request.ts";
import { submit } from "../generation/submit.ts";
import { waitingMessage } from "../generation/view.ts";
import { Refusal } from "../refusal.ts";
import { setAcknowledged, setMessageId } from "../store/requests.ts";
import { en } from "../texts/en.ts";
import type { Bot } from "./bot.ts";

export interface Manner {
  private: boolean;
  notify: boolean;
  /** Send the images one by one and lossless instead of as a grid. */
  fullSize?: boolean;
  /** The request whose button this is, and its server. */
  lineage?: string;
  guildId?: string;
}

/** Acknowledges with the position message itself. @throws Refusal, with nothing queued */
export async function generate(
  bot: Bot,
  interaction: RepliableInteraction,
  wish: Wish,
  manner: Manner,
): Promise<void> {
  let request: Request | undefined;
  const listened = await answer(interaction, manner.private, async () => {
    request = await toRequest(bot, interaction, wish, manner);
    await submit(bot, request, interaction.token);
    return firstMessage(bot, request);
  });
  if (request && listened) await noteAcknowledged(bot, interaction, request);
}

/** The person has an answer and the request is on its way: nothing that fails from here on may undo either. */
async function noteAcknowledged(bot: Bot, interaction: RepliableInteraction, { id }: Request): Promise<void> {
  try {
    await setAcknowledged(bot.redis, id);
    await setMessageId(bot.redis, id, (await interaction.fetchReply()).id);
  } catch (error) {
    bot.log.warn(
      { err: error, requestId: id },
      "the answer's message is not known; it is searched for when needed",
    );
  }
}

async function toRequest(
  bot: Bot,
  interaction: RepliableInteraction,
  wish: Wish,
  manner: Manner,
): Promise<Request> {
  const { channelId } = interaction;
  // A button under a result that came as a direct message: it belongs to the server of that result.
  const guildId = interaction.guildId ?? manner.guildId;
  if (!guildId || !channelId) throw new Refusal(en.onlyInServers);
  if (interaction.inGuild()) requireBotPermissions(interaction);
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
    const message = await placeMessage(bot.redis, bot.directory, request, request.notify);
    bot.progress.noteShown(request.id, message);
    return message;
  } catch (error) {
    bot.log.warn({ err: error, requestId: request.id }, "the place in the queue could not be read");
    return waitingMessage(request, undefined, undefined, request.notify);
  }
}
