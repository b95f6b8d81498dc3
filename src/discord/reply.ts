/** Answering an interaction, within the three seconds that Discord gives. */
import { DiscordAPIError, MessageFlags, type RepliableInteraction } from "discord.js";
import { Refusal } from "../refusal.ts";
import { isAway } from "../store/redis.ts";
import { en } from "../texts/en.ts";
import { type OutgoingMessage, toReply } from "./messages.ts";

/** Work that takes longer is acknowledged as "thinking" meanwhile. */
const DEFER_AFTER_MS = 1000;

/** Another bot answered first (40060), or Discord no longer waits (10062). Either way nobody listens here. */
const NOBODY_LISTENS = new Set<number | string>([40060, 10062]);

/**
 * Does the work and answers with its message: at once when it is done within a second, after a deferral otherwise.
 * @returns whether the answer was taken; false when somebody else has answered, or nobody listens any more
 * @throws whatever the work throws; the router turns it into the answer
 */
export async function answer(
  interaction: RepliableInteraction,
  hidden: boolean,
  work: () => Promise<OutgoingMessage>,
): Promise<boolean> {
  const working = work();
  const slow = await Promise.race([working.then(() => false), timeout(DEFER_AFTER_MS)]);
  return listened(async () => {
    if (!slow) {
      await interaction.reply(toReply(await working, hidden));
      return;
    }
    await interaction.deferReply(hidden ? { flags: [MessageFlags.Ephemeral] } : {});
    await fill(interaction, await working);
  });
}

/** For answers with files, whose sending alone may take longer than Discord waits: "thinking" first, to one person. */
export async function answerLater(
  interaction: RepliableInteraction,
  work: () => Promise<OutgoingMessage>,
): Promise<void> {
  await listened(async () => {
    await interaction.deferReply({ flags: [MessageFlags.Ephemeral] });
    await fill(interaction, await work());
  });
}

async function fill(interaction: RepliableInteraction, message: OutgoingMessage): Promise<void> {
  const { flags: _, ...edit } = toReply(message, false);
  await interaction.editReply(edit);
}

/** Tells the person alone what went wrong, whatever the interaction's state is. */
export async function refuse(interaction: RepliableInteraction, error: unknown): Promise<void> {
  const sentence = en.refused(sentenceFor(error, interaction.id));
  const reply = toReply({ content: sentence }, true);
  await listened(async () => {
    if (!interaction.deferred && !interaction.replied) await interaction.reply(reply);
    else if (interaction.ephemeral) await interaction.editReply({ content: sentence });
    else {
      if (!interaction.isMessageComponent()) await interaction.deleteReply();
      await interaction.followUp(reply);
    }
  });
}

function sentenceFor(error: unknown, reference: string): string {
  if (error instanceof Refusal) return error.message;
  return isAway(error) ? en.redisAwayNow : en.unexpected(reference);
}

async function listened(send: () => Promise<void>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (error instanceof DiscordAPIError && NOBODY_LISTENS.has(error.code)) return false;
    throw error;
  }
}

const timeout = (ms: number) => new Promise<true>((resolve) => setTimeout(() => resolve(true), ms).unref());
