/** What managers do to their server's books: answered to them alone, with the history of all of it page by page. */
import type { RepliableInteraction } from "discord.js";
import type { OutgoingMessage } from "../discord/messages.ts";
import { requireManager } from "../discord/permissions.ts";
import { answer, change } from "../discord/reply.ts";
import { Refusal } from "../refusal.ts";
import { type BookName, Conflict, type Desk, type Recorded, readHistory } from "../store/books.ts";
import { cut } from "../texts/cut.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import type { ComponentHandlers } from "./component.ts";
import { pageRow } from "./paging.ts";

/** So that a page of the longest changes with the longest reasons fits 2,000 characters. */
const PAGE_SIZE = 5;
const CHANGE_LIMIT = 150;
export const WHY_LIMIT = 150;

/** What a change did, in a few words. */
export type Describe = (t: Texts, change: Recorded) => string;

/**
 * Answers a manager, and nobody else, with what the work returns.
 * @throws Refusal to others, and where somebody else changed the same at the same time
 */
export async function manage(
  { redis }: Bot,
  interaction: RepliableInteraction,
  work: (desk: Desk, t: Texts) => Promise<OutgoingMessage>,
): Promise<void> {
  requireManager(interaction);
  const desk = { redis, guildId: interaction.guildId ?? "", by: interaction.user.id };
  await answer(interaction, true, async () => {
    try {
      return await work(desk, textsFor(interaction.locale));
    } catch (cause) {
      if (cause instanceof Conflict) throw new Refusal((t) => t.history.conflict, { cause });
      throw cause;
    }
  });
}

export async function historyMessage(
  { redis }: Bot,
  t: Texts,
  book: BookName,
  guildId: string,
  describe: Describe,
  index = 0,
): Promise<OutgoingMessage> {
  const before = Math.max(0, Math.trunc(index) || 0) * PAGE_SIZE;
  const { changes, total } = await readHistory(redis, book, guildId, { skip: before, count: PAGE_SIZE });
  if (total === 0) return { content: t.history.empty };
  const count = Math.ceil(total / PAGE_SIZE);
  const page = { items: changes, index: before / PAGE_SIZE, count, before };
  const lines = changes.map((made) => {
    const { revision, by, at, why, undoes } = made;
    const what = undoes === undefined ? describe(t, made) : t.history.undoing(undoes);
    const reason = why && cut(why.replace(/\s+/g, " "), WHY_LIMIT);
    return t.history.change(revision, by, at, cut(what, CHANGE_LIMIT), reason);
  });
  return {
    content: [t.history.title(total), ...lines].join("\n"),
    components: pageRow(t, page, `${book}-history`),
  };
}

/** The buttons that turn a history's pages. */
export function historyButtons(book: BookName, describe: Describe): ComponentHandlers {
  return {
    async [`${book}-history`](bot, interaction, [index]) {
      requireManager(interaction);
      const t = textsFor(interaction.locale);
      await change(interaction, () =>
        historyMessage(bot, t, book, interaction.guildId ?? "", describe, Number(index)),
      );
    },
  };
}
