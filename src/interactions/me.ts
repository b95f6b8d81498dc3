/** /me: what a member has used, what is kept about them, and how it goes. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ChatInputCommandInteraction } from "discord.js";
import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { answer, answerLater, change } from "../discord/reply.ts";
import { eraseMember, exportMember } from "../members/data.ts";
import { readUsage, type Usage } from "../members/usage.ts";
import { Refusal } from "../refusal.ts";
import { openOf } from "../store/openRequests.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers } from "./component.ts";
import { houseOf } from "./house.ts";

const pack = promisify(gzip);

export async function showUsage(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    const usages = await readUsage(bot.redis, interaction.user.id);
    const { guildId } = interaction;
    const lines = guildId
      ? [
          t.members.usageTitle,
          ...(await limitLines(bot, t, interaction, guildId)),
          totalLine(t, usages.get(guildId)),
        ]
      : [t.members.usageEverywhere, ...[...usages.values()].map((usage) => totalLine(t, usage))];
    return { content: [...lines, t.members.counted].join("\n") };
  });
}

/** How far the member's limits are used up, and where the server's maxima are. */
async function limitLines(
  bot: Bot,
  t: Texts,
  interaction: ChatInputCommandInteraction,
  guildId: string,
): Promise<string[]> {
  const whose = { guildId, userId: interaction.user.id };
  const [{ limits, settings }, minute, gpu, open] = await Promise.all([
    houseOf(bot, interaction, guildId),
    bot.rates.requestsNow(whose),
    bot.rates.engineNow(whose),
    openOf(bot.redis, guildId, whose.userId),
  ]);
  return [
    t.members.minute({ used: minute?.used ?? 0, most: limits.perMinute, resetsAt: minute?.resetsAt }),
    t.members.waiting({
      used: open,
      most: Math.min(bot.limits.perMember, limits.waiting ?? bot.limits.perMember),
      resetsAt: undefined,
    }),
    t.members.gpu({ used: gpu?.used ?? 0, most: limits.gpuSeconds, resetsAt: gpu?.resetsAt }),
    t.members.maximum(settings.maxSteps, settings.maxSize),
  ];
}

const totalLine = (t: Texts, usage: Usage = { requests: 0, images: 0, engineSeconds: 0 }) =>
  t.members.total(usage.requests, usage.images, usage.engineSeconds);

export async function exportMine(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answerLater(interaction, async () => {
    const { id } = interaction.user;
    const everything = { format: "quantspot-member", version: 1, member: id, at: new Date().toISOString() };
    const parts = await exportMember(bot, id);
    const json = Buffer.from(`${JSON.stringify({ ...everything, ...parts }, null, 2)}\n`);
    return exportMessage(t, json, interaction.attachmentSizeLimit);
  });
}

/** @throws Refusal when it is too large for Discord even when packed */
async function exportMessage(t: Texts, json: Buffer, limit: number): Promise<OutgoingMessage> {
  const description = t.members.exportAlt;
  if (json.length <= limit)
    return { content: t.members.exported, files: [{ name: "me.json", data: json, description }] };
  const data = await pack(json);
  if (data.length > limit) throw new Refusal((say) => say.members.exportTooLarge);
  return { content: t.members.exportedPacked, files: [{ name: "me.json.gz", data, description }] };
}

export async function confirmDelete(interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => ({
    content: t.members.confirmDelete,
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.Button,
            style: ButtonStyle.Danger,
            label: t.members.buttonDelete,
            custom_id: customId("me-delete"),
          },
        ],
      },
    ],
  }));
}

export const memberButtons: ComponentHandlers = {
  /** Whoever presses it deletes what is their own. */
  async "me-delete"(bot, interaction) {
    const t = textsFor(interaction.locale);
    await change(interaction, async () => {
      const left = await eraseMember(bot, interaction.user.id);
      return { content: left > 0 ? t.members.deletedPartly(left) : t.members.deleted };
    });
  },
};
