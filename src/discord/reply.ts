/** Answering an interaction, within the three seconds that Discord gives. */
import {
  DiscordAPIError,
  type InteractionReplyOptions,
  MessageFlags,
  type RepliableInteraction,
} from "discord.js";
import { Refusal } from "../refusal.ts";
import { en } from "../texts/en.ts";
import type { OutgoingMessage } from "./messages.ts";

/** Work that takes longer is acknowledged as "thinking" meanwhile. */
const DEFER_AFTER_MS = 1000;

/** Another bot answered first (40060), or Discord no longer waits (10062). Either way nobody listens here. */
const NOBODY_LISTENS = new Set<number | string>([40060, 10062]);

export function toReply(message: OutgoingMessage, hidden: boolean): InteractionReplyOptions {
  return {
    content: message.content,
    components: message.components ?? [],
    files: (message.files ?? []).map(({ name, data, description }) => ({
      name,
      attachment: data,
      description: description.slice(0, 1024),
    })),
    allowedMentions: { parse: [], users: message.mentions ?? [] },
    flags: hidden ? [MessageFlags.Ephemeral, MessageFlags.SuppressEmbeds] : [MessageFlags.SuppressEmbeds],
  };
}

/**
 * Does the work and answers with its message: at once when it is done within a second, after a deferral otherwise.
 * @returns the answer's message id, or undefined when somebody else has answered
 * @throws whatever the work throws; the router turns it into the answer
 */
export async function answer(
  interaction: RepliableInteraction,
  hidden: boolean,
  work: () => Promise<OutgoingMessage>,
): Promise<string | undefined> {
  const working = work();
  const slow = await Promise.race([working.then(() => false), timeout(DEFER_AFTER_MS)]);
  return whoeverListens(async () => {
    if (!slow) {
      await interaction.reply(toReply(await working, hidden));
      return (await interaction.fetchReply()).id;
    }
    await interaction.deferReply(hidden ? { flags: [MessageFlags.Ephemeral] } : {});
    const { flags: _, ...edit } = toReply(await working, hidden);
    return (await interaction.editReply(edit)).id;
  });
}

/** Tells the person alone what went wrong, whatever the interaction's state is. */
export async function refuse(interaction: RepliableInteraction, error: unknown): Promise<void> {
  const sentence = error instanceof Refusal ? error.message : en.unexpected(interaction.id);
  const reply = toReply({ content: en.refused(sentence) }, true);
  await whoeverListens(async () => {
    if (!interaction.deferred && !interaction.replied) await interaction.reply(reply);
    else if (interaction.ephemeral) await interaction.editReply({ content: en.refused(sentence) });
    else {
      if (!interaction.isMessageComponent()) await interaction.deleteReply();
      await interaction.followUp(reply);
    }
  });
}

async function whoeverListens<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof DiscordAPIError && NOBODY_LISTENS.has(error.code)) return undefined;
    throw error;
  }
}

const timeout = (ms: number) => new Promise<true>((resolve) => setTimeout(() => resolve(true), ms).unref());
