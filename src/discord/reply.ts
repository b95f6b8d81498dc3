/** Answering an interaction, within the three seconds that Discord gives. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DiscordAPIError,
  type InteractionCallbackResponse,
  type InteractionEditReplyOptions,
  type MessageComponentInteraction,
  MessageFlags,
  type RepliableInteraction,
} from "discord.js";
import { Refusal } from "../refusal.ts";
import { isAway } from "../store/redis.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import { type Layout, type OutgoingMessage, toReply } from "./messages.ts";

/** Work that takes longer is acknowledged as "thinking" meanwhile. */
const DEFER_AFTER_MS = 1000;

/** Without these tries a refusal that Discord could not take leaves the person with "thinking" until the token ends. */
const REFUSAL_PAUSES_MS = [1000, 3000, 10_000, 30_000];

/** Another bot answered first (40060), or Discord no longer waits (10062). Either way nobody listens here. */
const NOBODY_LISTENS = new Set<number | string>([40060, 10062]);

/**
 * Does the work and answers with its message: at once when it is done within a second, after a deferral otherwise.
 * @param fill puts the message in the deferral's place
 * @returns the answer's message id; undefined when somebody else has answered, or nobody listens any more
 * @throws whatever the work throws; the router turns it into the answer
 */
export async function answer<M extends OutgoingMessage | Layout>(
  interaction: RepliableInteraction,
  hidden: boolean,
  work: () => Promise<M>,
  fill: (message: M) => Promise<unknown> = (message) => interaction.editReply(toEdit(message)),
): Promise<string | undefined> {
  const working = work();
  const slow = await Promise.race([working.then(() => false), timeout(DEFER_AFTER_MS)]);
  return listened(async () => {
    if (!slow)
      return idOf(await interaction.reply({ ...toReply(await working, hidden), withResponse: true }));
    const flags = hidden ? [MessageFlags.Ephemeral as const] : [];
    const deferral = await interaction.deferReply({ flags, withResponse: true }).catch(async (error) => {
      await working; // what is told of it is told of work that has ended
      throw error;
    });
    await fill(await working);
    return idOf(deferral);
  });
}

/**
 * "Thinking" first: for answers with files, whose sending alone may take longer than Discord waits, and for work that
 * only one of several bots may do, which is the one that Discord heard first.
 */
export async function answerLater(
  interaction: RepliableInteraction,
  work: () => Promise<OutgoingMessage>,
  hidden = true,
): Promise<void> {
  await listened(async () => {
    await interaction.deferReply(hidden ? { flags: [MessageFlags.Ephemeral] } : {});
    await interaction.editReply(toEdit(await work()));
  });
}

/**
 * For a button or menu that changes the message under which it stands.
 * @param before what becomes of the files that are there
 * @throws Refusal for a message that has no such button or menu: it is another's
 */
export async function change(
  interaction: MessageComponentInteraction,
  work: () => Promise<OutgoingMessage | Layout>,
  before: "go" | "stay" = "go",
): Promise<void> {
  if (!interaction.component) throw new Refusal((t) => t.recordGone);
  await listened(async () => {
    await interaction.deferUpdate();
    const attachments = before === "stay" ? [...interaction.message.attachments.values()] : [];
    await interaction.editReply({ ...toEdit(await work()), attachments });
  });
}

/** Of the message that answers. */
const idOf = ({ interaction }: InteractionCallbackResponse) => interaction.responseMessageId ?? undefined;

function toEdit(message: OutgoingMessage | Layout): InteractionEditReplyOptions {
  const { flags: _, ...edit } = toReply(message, false);
  return "layout" in message ? { ...edit, flags: [MessageFlags.IsComponentsV2] } : edit;
}

/** Tells the person alone what went wrong, whatever the interaction's state is. */
export async function refuse(interaction: RepliableInteraction, error: unknown): Promise<void> {
  const t = textsFor(interaction.locale);
  const sentence = t.refused(sentenceFor(t, error, interaction.id));
  const reply = toReply({ content: sentence }, true);
  await listened(async () => {
    if (!interaction.deferred && !interaction.replied) await interaction.reply(reply);
    else if (interaction.ephemeral) await persistently(() => interaction.editReply({ content: sentence }));
    else {
      // What fills a deferral is as public as that; a message that was to be changed stays.
      if (interaction.ephemeral === false) await persistently(() => interaction.deleteReply());
      await persistently(() => interaction.followUp(reply));
    }
  });
}

function sentenceFor(t: Texts, error: unknown, reference: string): string {
  if (error instanceof Refusal) return error.say(t);
  return isAway(error) ? t.redisAwayNow : t.unexpected(reference);
}

/** Tries again while Discord itself is in trouble; what it refuses, it refuses for good. */
async function persistently<T>(send: () => Promise<T>): Promise<T> {
  for (const pauseMs of REFUSAL_PAUSES_MS) {
    try {
      return await send();
    } catch (error) {
      if (error instanceof DiscordAPIError) throw error;
      await sleep(pauseMs);
    }
  }
  return send();
}

/** What `send` gives, or undefined when nobody listens. */
async function listened<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof DiscordAPIError && NOBODY_LISTENS.has(error.code)) return undefined;
    throw error;
  }
}

const timeout = (ms: number) => new Promise<true>((resolve) => setTimeout(() => resolve(true), ms).unref());
