/** What /queue does: a look at what waits and runs, cancelling, and closing and opening the gate before all queues. */
import type { BaseInteraction, ChatInputCommandInteraction } from "discord.js";
import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";
import { CHOICES } from "../discord/limits.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { moderatedBy, requireOperator } from "../discord/permissions.ts";
import { answer, change } from "../discord/reply.ts";
import { estimateSeconds } from "../generation/estimate.ts";
import { statusOf, type Viewer, visibleTo } from "../generation/overview.ts";
import type { Row } from "../generation/view.ts";
import { takeCensus } from "../queue/census.ts";
import { Refusal } from "../refusal.ts";
import { type ClosedGate, closeGate, openGate, readGate } from "../store/gate.ts";
import { countOpen } from "../store/openRequests.ts";
import type { RequestRecord } from "../store/requests.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { Choices } from "./command.ts";
import type { ComponentHandlers } from "./component.ts";
import { pageOf, pageRow } from "./paging.ts";
import { choiceOf, entry } from "./queueView.ts";
import { cancellation, recordFor } from "./records.ts";

const PAGE_SIZE = 5;

/** @throws Refusal outside of servers */
function viewerOf(interaction: BaseInteraction): Viewer {
  const { guildId, channelId, user } = interaction;
  if (!guildId) throw new Refusal((t) => t.onlyInServers);
  return { guildId, channelId, userId: user.id, moderates: moderatedBy(interaction) };
}

export async function showQueue(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, () => queueMessage(bot, t, viewerOf(interaction), 0));
}

export async function cancelInQueue(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  requestId: string,
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    await cancel(bot, interaction, requestId);
    return { content: t.queue.cancelled };
  });
}

/** @throws Refusal when it is none that is open, or not theirs */
async function cancel(bot: Bot, interaction: BaseInteraction, requestId: string | undefined): Promise<void> {
  const record = await recordFor(bot, interaction, requestId, (t) => t.queue.notThere);
  const stop = await cancellation(bot, interaction, record);
  await stop();
}

/** For autocomplete: what the member may cancel, by prompt, backend and, for moderators, member. */
export async function cancellable(bot: Bot, interaction: BaseInteraction, typed: string): Promise<Choices> {
  const t = textsFor(interaction.locale);
  const viewer = viewerOf(interaction);
  const [directory, records] = await Promise.all([bot.directory.recent(), visibleTo(bot.redis, viewer)]);
  return records
    .map((record) => {
      const asker = interaction.client.users.cache.get(record.request.userId)?.displayName;
      return { name: choiceOf(t, directory, viewer, record, asker), value: record.request.id };
    })
    .filter(({ name }) => name.toLowerCase().includes(typed.trim().toLowerCase()))
    .slice(0, CHOICES);
}

export async function closeQueue(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  mode: ClosedGate["mode"],
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    await requireOperator(interaction, bot.homeGuildId);
    const before = await readGate(bot.redis);
    if (before?.mode === mode) throw new Refusal((t) => t.queue.already(mode, before.by, before.at));
    await closeGate(bot.redis, { mode, by: interaction.user.id, at: Date.now() });
    bot.log.info({ mode, by: interaction.user.id }, "the queue was closed");
    const { running, waiting } = await takeCensus(bot.redis);
    const said = mode === "paused" ? t.queue.paused : t.queue.drains;
    return { content: said(running, waiting) };
  });
}

export async function resumeQueue(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    await requireOperator(interaction, bot.homeGuildId);
    if (!(await readGate(bot.redis))) throw new Refusal((t) => t.queue.alreadyOpen);
    await openGate(bot.redis);
    bot.log.info({ by: interaction.user.id }, "the queue was opened");
    return { content: t.queue.resumed((await takeCensus(bot.redis)).waiting) };
  });
}

export const queueButtons: ComponentHandlers = {
  async "queue-page"(bot, interaction, [index]) {
    const t = textsFor(interaction.locale);
    await change(interaction, () => queueMessage(bot, t, viewerOf(interaction), Number(index)));
  },

  async "queue-refresh"(bot, interaction) {
    const t = textsFor(interaction.locale);
    await change(interaction, () => queueMessage(bot, t, viewerOf(interaction), 0));
  },

  async "queue-cancel"(bot, interaction) {
    const id = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    const t = textsFor(interaction.locale);
    await change(interaction, async () => {
      await cancel(bot, interaction, id);
      return queueMessage(bot, t, viewerOf(interaction), 0);
    });
  },
};

async function queueMessage(bot: Bot, t: Texts, viewer: Viewer, index: number): Promise<OutgoingMessage> {
  const { redis } = bot;
  const [directory, gate, census, open, visible] = await Promise.all([
    bot.directory.get(),
    readGate(redis),
    takeCensus(redis),
    countOpen(redis),
    visibleTo(redis, viewer),
  ]);
  const page = pageOf(visible, index, PAGE_SIZE);
  const entries = await Promise.all(
    page.items.map(async (record, i) => {
      const standing = await statusOf(redis, directory, record);
      return entry(
        t,
        { directory, viewer, closed: gate !== undefined },
        page.before + i + 1,
        record,
        standing,
      );
    }),
  );
  const estimate = gate ? undefined : estimateSeconds(directory, census.work);
  const others = Math.max(0, open - visible.length);
  const content = [
    t.queue.heading(census.running, census.waiting, estimate),
    ...(gate ? [t.queue.closed(gate.mode, gate.by, gate.at)] : []),
    ...(entries.length > 0 ? entries : [t.queue.nothingVisible]),
    ...(others > 0 ? [t.queue.others(others)] : []),
  ].join("\n");
  const refresh: Row = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.Button,
        style: ButtonStyle.Secondary,
        label: t.queue.refresh,
        custom_id: customId("queue-refresh"),
      },
    ],
  };
  const name = (record: RequestRecord) => choiceOf(t, directory, viewer, record, undefined);
  const options = page.items.map((record) => ({ value: record.request.id, label: name(record) }));
  const select: Row = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: customId("queue-cancel"),
        placeholder: t.queue.selectCancel,
        options,
      },
    ],
  };
  return {
    content,
    components: [...(options.length > 0 ? [select] : []), ...pageRow(t, page, "queue-page"), refresh],
  };
}
