/**
 * What the buttons under a request do. A custom id can't be trusted to say whose request it is: the record says,
 * and every handler checks it against who clicked and where.
 */
import { toReply } from "../discord/messages.ts";
import { answerLater } from "../discord/reply.ts";
import { fullSizeMessage } from "../generation/fullSize.ts";
import { variationOf, variationsOf } from "../generation/variations.ts";
import { Refusal } from "../refusal.ts";
import { cancelledBy } from "../store/cancellations.ts";
import { type RequestRecord, setNotify } from "../store/requests.ts";
import { textsFor } from "../texts/texts.ts";
import { askAgain } from "./again.ts";
import type { Bot } from "./bot.ts";
import type { Component, ComponentHandlers } from "./component.ts";
import { cancellation, recordFor, requireRight, shownRecord } from "./records.ts";

type Press = (bot: Bot, interaction: Component, record: RequestRecord) => Promise<void>;

/** What brings out pictures or settings of the request, by their names in custom ids. */
const onResult: Record<string, Press> = {
  async again(bot, interaction, record) {
    await askAgain(bot, interaction, record, { seed: undefined, noise: undefined }, { change: "seed" });
  },

  async backend(bot, interaction, record) {
    const backend = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    await askAgain(bot, interaction, record, { backend, madeWith: undefined }, { change: "backend" });
  },

  async full(bot, interaction, record) {
    const limit = interaction.attachmentSizeLimit ?? record.request.attachmentSizeLimit;
    const message = await fullSizeMessage(bot, record, interaction.locale, limit);
    if (message) await answerLater(interaction, async () => message);
    else await askAgain(bot, interaction, record, {}, { change: "full-size" });
  },

  async variations(bot, interaction, record) {
    const chosen = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    const { picture, image, strength } = variationOf(record.request, chosen ?? "");
    const noise = variationsOf(picture, strength);
    const change = { noise, images: noise.length };
    await askAgain(bot, interaction, record, change, { change: "variations", image });
  },
};

/** What is done with the request itself. */
const onRequest: Record<string, Press> = {
  async cancel(bot, interaction, record) {
    const stop = await cancellation(bot, interaction, record);
    await interaction.deferUpdate();
    await stop();
  },

  async notify(bot, interaction, { request, state }) {
    if (interaction.user.id !== request.userId) throw new Refusal((t) => t.notYourRequest);
    if (state !== "waiting") throw new Refusal((t) => t.alreadyDone);
    await setNotify(bot.redis, request.id);
    await interaction.reply(toReply({ content: textsFor(interaction.locale).willNotify }, true));
  },

  async delete(bot, interaction, { request, state }) {
    requireRight(interaction, request);
    // It is the message that goes, not the request: one that has no such button is another's.
    if (!interaction.component) throw new Refusal((t) => t.recordGone);
    if (state === "waiting" && !(await cancelledBy(bot.redis, request.id)))
      throw new Refusal((t) => t.notDoneYet);
    await interaction.deferUpdate();
    await interaction.deleteReply();
  },
};

const handlersOf = (presses: Record<string, Press>, find: typeof recordFor): ComponentHandlers =>
  Object.fromEntries(
    Object.entries(presses).map(([name, press]) => [
      name,
      async (bot, interaction, [requestId]) =>
        press(bot, interaction, await find(bot, interaction, requestId)),
    ]),
  );

export const requestButtons: ComponentHandlers = {
  ...handlersOf(onResult, shownRecord),
  ...handlersOf(onRequest, recordFor),
};
