/** /settings: what a server's moderators lay down for everybody in it. */
import type { ChatInputCommandInteraction } from "discord.js";
import type { OutgoingMessage } from "../discord/messages.ts";
import { requireManager } from "../discord/permissions.ts";
import { change } from "../discord/reply.ts";
import { modelOf, sizeName, sizeOf } from "../generation/parse.ts";
import { Refusal } from "../refusal.ts";
import {
  allowChannel,
  allowEverywhere,
  block,
  readSettings,
  setLimits,
  setSingles,
  unblock,
} from "../settings/changes.ts";
import { EVERYONE, type MemberLimits, type SingleName, type SingleValue } from "../settings/settings.ts";
import { describeChange, settingsText } from "../settings/view.ts";
import type { Desk } from "../store/books.ts";
import { undo } from "../store/undo.ts";
import { isLanguage, languageNames, type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers } from "./component.ts";
import { historyButtons, historyMessage, manage } from "./history.ts";
import { pageOf, pageRow } from "./paging.ts";

type Interaction = ChatInputCommandInteraction;

/** So that a page of the longest entries fits 2,000 characters. */
const PAGE_SIZE = 15;

export const settingsButtons: ComponentHandlers = {
  ...historyButtons("settings", describeChange),

  async "settings-blocked"(bot, interaction, [index]) {
    requireManager(interaction);
    const t = textsFor(interaction.locale);
    const { blocked } = await readSettings(bot.redis, interaction.guildId ?? "");
    await change(interaction, async () => blockedMessage(t, blocked, Number(index)));
  },
};

/** Does it and says what holds now. */
async function set(
  bot: Bot,
  interaction: Interaction,
  work: (desk: Desk, t: Texts) => Promise<string>,
): Promise<void> {
  await manage(bot, interaction, async (desk, t) => ({ content: await work(desk, t) }));
}

export async function showSettings(bot: Bot, interaction: Interaction): Promise<void> {
  await set(bot, interaction, async ({ guildId }, t) =>
    settingsText(t, await readSettings(bot.redis, guildId)),
  );
}

export async function changeChannels(
  bot: Bot,
  interaction: Interaction,
  action: string,
  channelId: string | undefined,
): Promise<void> {
  await set(bot, interaction, async (desk, t) => {
    if (action === "everywhere") {
      await allowEverywhere(desk);
      return t.rules.channelsOpen;
    }
    if (channelId === undefined) throw new Refusal((say) => say.rules.channelMissing);
    const changed = await allowChannel(desk, channelId, action === "allow");
    if (action === "allow") return t.rules.channelAllowed(channelId);
    if (!changed) throw new Refusal((say) => say.rules.notAllowedYet(channelId));
    const { channels } = await readSettings(bot.redis, desk.guildId);
    return channels.length > 0 ? t.rules.channelRemoved(channelId) : t.rules.channelsOpen;
  });
}

export async function blockWord(bot: Bot, interaction: Interaction, word: string): Promise<void> {
  await set(bot, interaction, async (desk, t) => t.rules.blockedAdded(await block(desk, word)));
}

export async function listBlocked(bot: Bot, interaction: Interaction): Promise<void> {
  await manage(bot, interaction, async ({ guildId }, t) =>
    blockedMessage(t, (await readSettings(bot.redis, guildId)).blocked, 0),
  );
}

function blockedMessage(t: Texts, blocked: readonly string[], index: number): OutgoingMessage {
  const page = pageOf(blocked.toSorted(), index, PAGE_SIZE);
  const lines = [t.rules.blockedTitle(blocked.length), ...page.items.map(t.rules.blockedEntry)];
  return { content: lines.join("\n"), components: pageRow(t, page, "settings-blocked") };
}

export async function unblockWord(bot: Bot, interaction: Interaction, word: string): Promise<void> {
  await set(bot, interaction, async (desk, t) => t.rules.blockedRemoved(await unblock(desk, word)));
}

/** @param role everyone's limits when absent; the role that everyone has means the same */
export async function limitMembers(
  bot: Bot,
  interaction: Interaction,
  limits: MemberLimits,
  role: string | undefined,
  reset: boolean,
): Promise<void> {
  await set(bot, interaction, async (desk, t) => {
    const scope = role === undefined || role === desk.guildId ? EVERYONE : role;
    requireEither(Object.values(limits), reset);
    const now = await setLimits(desk, scope, reset ? undefined : limits);
    return t.rules.saved(t.rules.limitsOf(scope, now.limits));
  });
}

/** @throws Refusal unless there are values, or none and `reset` */
function requireEither(values: readonly unknown[], reset: boolean): void {
  const isGiven = values.some((value) => value !== undefined);
  if (isGiven && reset) throw new Refusal((t) => t.rules.resetAlone);
  if (!isGiven && !reset) throw new Refusal((t) => t.rules.nothingGiven);
}

/** @param size one of the model's, by its name; larger ones are refused from then on */
export async function setMaximum(
  bot: Bot,
  interaction: Interaction,
  steps: number | undefined,
  size: string | undefined,
  reset: boolean,
): Promise<void> {
  await set(bot, interaction, async (desk, t) => {
    requireEither([steps, size], reset);
    const none = reset ? null : undefined;
    await setSingles(desk, {
      maxSteps: steps ?? none,
      maxSize: size === undefined ? none : await knownSize(bot, size),
    });
    const { maxSteps, maxSize } = await readSettings(bot.redis, desk.guildId);
    return t.rules.saved(t.rules.maximum(maxSteps, maxSize));
  });
}

/** @throws Refusal when the model has no such size, or no worker is there to say which it has */
async function knownSize(bot: Bot, typed: string): Promise<string> {
  return sizeName(sizeOf(typed, modelOf(await bot.directory.get())));
}

/** Sets one thing, or takes it back with null, and says what holds now. */
export async function setOne<N extends SingleName>(
  bot: Bot,
  interaction: Interaction,
  name: N,
  value: SingleValue<N> | null,
  say: (t: Texts) => string,
): Promise<void> {
  await set(bot, interaction, async (desk, t) => {
    await setSingles(desk, { [name]: value });
    return t.rules.saved(say(t));
  });
}

/** @param name a language, or anything else for each member's own */
export async function setLanguage(bot: Bot, interaction: Interaction, name: string): Promise<void> {
  const language = isLanguage(name) ? name : null;
  await setOne(bot, interaction, "language", language, (t) =>
    t.rules.language(language ? languageNames[language] : undefined),
  );
}

export async function settingsHistory(bot: Bot, interaction: Interaction): Promise<void> {
  await manage(bot, interaction, ({ guildId }, t) =>
    historyMessage(bot, t, "settings", guildId, describeChange),
  );
}

export async function undoSettings(bot: Bot, interaction: Interaction): Promise<void> {
  await set(bot, interaction, async ({ guildId, by, redis }, t) => {
    const undone = await undo(redis, "settings", guildId, { by });
    if (!undone) throw new Refusal((say) => say.history.nothingToUndo);
    return t.history.undone(describeChange(t, undone));
  });
}
