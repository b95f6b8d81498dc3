/**
 * What the buttons under a request do. A custom id can't be trusted to say whose request it is: the record says,
 * and every handler checks it against who clicked and where.
 */
import type { ButtonInteraction, StringSelectMenuInteraction } from "discord.js";
import type { Action } from "../discord/customId.ts";
import { toReply } from "../discord/messages.ts";
import { isModerator } from "../discord/permissions.ts";
import { answerLater } from "../discord/reply.ts";
import { sizeName, type Wish } from "../generation/parse.ts";
import { fullSizeMessage } from "../generation/result.ts";
import { Refusal } from "../refusal.ts";
import {
  cancelledBy,
  type RequestRecord,
  readRecord,
  setNotify,
  storeCancellation,
} from "../store/requests.ts";
import { en } from "../texts/en.ts";
import type { Bot } from "./bot.ts";
import { generate, type Manner } from "./generate.ts";

export type Component = ButtonInteraction | StringSelectMenuInteraction;

type Press = (bot: Bot, interaction: Component, record: RequestRecord) => Promise<void>;

/** @throws Refusal when the request is gone or belongs to another server */
export async function press(
  bot: Bot,
  interaction: Component,
  action: Action,
  requestId: string,
): Promise<void> {
  const record = await readRecord(bot.redis, requestId);
  if (!record) throw new Refusal(en.recordGone);
  const { guildId, userId } = record.request;
  // In a direct message there is no server: then only the requester has the message at all.
  if (interaction.guildId ? interaction.guildId !== guildId : interaction.user.id !== userId)
    throw new Refusal(en.recordGone);
  await presses[action](bot, interaction, record);
}

const presses: Record<Action, Press> = {
  async again(bot, interaction, record) {
    await generate(bot, interaction, wishOf(record, { seed: undefined }), mannerOf(record));
  },

  async backend(bot, interaction, record) {
    const backend = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    await generate(bot, interaction, wishOf(record, { backend }), mannerOf(record));
  },

  async full(bot, interaction, record) {
    const limit = interaction.attachmentSizeLimit ?? record.request.attachmentSizeLimit;
    const message = await fullSizeMessage(bot, record, limit);
    if (message) await answerLater(interaction, async () => message);
    else await generate(bot, interaction, wishOf(record, {}), { ...mannerOf(record), fullSize: true });
  },

  async cancel(bot, interaction, { request, state }) {
    requireRight(interaction, request.userId);
    if (state !== "waiting") throw new Refusal(en.alreadyDone);
    await storeCancellation(bot.redis, request.id, interaction.user.id);
    await interaction.deferUpdate();
    await bot.producer.stop(request);
  },

  async notify(bot, interaction, { request, state }) {
    if (interaction.user.id !== request.userId) throw new Refusal(en.notYourRequest);
    if (state !== "waiting") throw new Refusal(en.alreadyDone);
    await setNotify(bot.redis, request.id);
    await interaction.reply(toReply({ content: en.willNotify }, true));
  },

  async delete(bot, interaction, { request, state }) {
    requireRight(interaction, request.userId);
    if (state === "waiting" && !(await cancelledBy(bot.redis, request.id))) throw new Refusal(en.notDoneYet);
    await interaction.deferUpdate();
    await interaction.deleteReply();
  },
};

/** The same wish again, as far as `change` does not say otherwise. */
function wishOf({ request }: RequestRecord, change: Partial<Wish>): Wish {
  const [render] = request.renders;
  if (!render) throw new Refusal(en.recordGone);
  return {
    prompt: render.prompt,
    backend: render.recipe,
    images: render.noise.length,
    steps: render.steps,
    size: sizeName(render),
    guidance: render.guidance,
    seed: render.noise[0]?.[0]?.seed,
    ...change,
  };
}

const mannerOf = ({ request }: RequestRecord): Manner => ({
  private: request.private,
  notify: false,
  lineage: request.id,
  guildId: request.guildId,
});

function requireRight(interaction: Component, ownerId: string): void {
  if (interaction.user.id !== ownerId && !isModerator(interaction)) throw new Refusal(en.notYours);
}
