/** From an interaction to a queued request and its first message. Everything that renders comes through here. */
import type { RepliableInteraction } from "discord.js";
import type { OutgoingMessage } from "../discord/messages.ts";
import { requireBotPermissions } from "../discord/permissions.ts";
import { answer } from "../discord/reply.ts";
import type { Origin } from "../discord/visit.ts";
import { admit } from "../generation/admission.ts";
import { isSecret } from "../generation/details.ts";
import { placeMessage } from "../generation/place.ts";
import { type Lineage, type Request, requestSchema } from "../generation/request.ts";
import { MaybeQueued } from "../generation/submit.ts";
import { waitingMessage } from "../generation/view.ts";
import { requireNoLock } from "../presets/apply.ts";
import { Refusal } from "../refusal.ts";
import { whileEditing } from "../store/editing.ts";
import { readRecord, setAcknowledged } from "../store/requests.ts";
import { textsFor } from "../texts/texts.ts";
import type { Bot } from "./bot.ts";
import { type House, houseOf } from "./house.ts";

export interface Manner {
  private: boolean;
  notify: boolean;
  /** Send the images one by one and lossless instead of as a grid. */
  fullSize?: boolean;
  /** What it is made from, and where that was asked for. */
  lineage?: Lineage;
  origin?: Origin;
}

/** What is asked for: its renders follow from what the workers online can do. */
export interface Asked {
  kind: Request["kind"];
  /**
   * @param house what the server allows, its presets, and what the workers offer within both
   * @throws Refusal saying what to change
   */
  wanted: (house: House) => Wanted | Promise<Wanted>;
  /** Takes back what `wanted` has stored, when the request is not admitted. Where it fails, a sweep has to do it. */
  refused?: () => Promise<void>;
}

type Wanted = Pick<Request, "renders"> & Partial<Pick<Request, "preset">>;

/**
 * Acknowledges with the position message itself. What Discord does not take of that undoes nothing: a refusal would
 * stand where the answer is to come, for one person alone.
 * @throws Refusal, with nothing queued
 */
export async function ask(
  bot: Bot,
  interaction: RepliableInteraction,
  asked: Asked,
  manner: Manner,
): Promise<void> {
  let queued: Request | undefined;
  let isUnsure = false;
  const work = async () => {
    const house = await enter(bot, interaction, manner);
    let request: Request | undefined;
    try {
      request = await toRequest(interaction, asked, manner, house);
      await admit(bot, request, interaction.token, house);
    } catch (error) {
      if (!request || !(error instanceof MaybeQueued)) {
        await takeBack(bot, interaction, asked);
        throw error;
      }
      queued = request;
      isUnsure = true;
      return unsureMessage(bot, request, error);
    }
    queued = request;
    noteQueued(bot, request);
    return firstMessage(bot, request);
  };
  // A quick answer stands there before what tells of its waiting: that must not cover it.
  const fill = async (message: OutgoingMessage) => {
    const edit = (signal?: AbortSignal) => bot.messages.editAnswer(interaction.token, message, signal);
    if (queued && !isUnsure) await whileEditing(bot.redis, queued.id, edit);
    else await edit(); // Redis is in trouble
  };
  try {
    const messageId = await answer(interaction, manner.private, work, fill);
    if (queued && messageId) await noteAcknowledged(bot, queued, messageId);
  } catch (error) {
    if (!queued) throw error;
    bot.log.warn(
      { err: error, requestId: queued.id },
      "a request could not be acknowledged; its answer comes as it can",
    );
  }
}

/** What may have arrived all the same is answered, and needs what was stored for it. */
async function takeBack(bot: Bot, interaction: RepliableInteraction, { refused }: Asked): Promise<void> {
  if (!refused) return;
  const id = requestId(interaction);
  try {
    if (!(await readRecord(bot.redis, id))) await refused();
  } catch (error) {
    bot.log.warn({ err: error, requestId: id }, "what was stored for a refused request was not taken back");
  }
}

/** Seen by whoever is to see the answer, which takes its place if there is one. */
function unsureMessage({ log }: Bot, { id, locale }: Request, error: MaybeQueued): OutgoingMessage {
  log.warn({ err: error, requestId: id }, "the queue did not say whether it took a request");
  const t = textsFor(locale);
  return { content: t.refused(error.say(t)) };
}

function noteQueued({ log }: Bot, request: Request): void {
  const { id, kind, renders } = request;
  const recipes = isSecret(request) ? undefined : renders.map(({ recipe }) => recipe);
  log.info({ requestId: id, kind, renders: renders.length, recipes }, "queued");
  log.debug({ requestId: id, prompts: renders.map(({ prompt }) => prompt) }, "prompts");
}

/** The person has an answer and the request is on its way: nothing that fails from here on may undo either. */
async function noteAcknowledged(bot: Bot, { id }: Request, messageId: string): Promise<void> {
  try {
    await setAcknowledged(bot.redis, id, messageId);
  } catch (error) {
    bot.log.warn(
      { err: error, requestId: id },
      "the answer's message is not known; it is searched for when needed",
    );
  }
}

async function enter(bot: Bot, interaction: RepliableInteraction, manner: Manner): Promise<House> {
  // A button under a result that came as a direct message: it belongs to the server of that result.
  const guildId = interaction.guildId ?? manner.origin?.guildId;
  if (!guildId || !interaction.channelId) throw new Refusal((t) => t.onlyInServers);
  if (interaction.inGuild()) requireBotPermissions(interaction);
  return houseOf(bot, interaction, guildId, manner.origin);
}

async function toRequest(
  interaction: RepliableInteraction,
  asked: Asked,
  manner: Manner,
  house: House,
): Promise<Request> {
  if (asked.kind === "compare") requireNoLock(house);
  const { language } = house.settings;
  return requestSchema.parse({
    id: requestId(interaction),
    kind: asked.kind,
    userId: interaction.user.id,
    guildId: house.guildId,
    channelId: interaction.channelId,
    ...(interaction.inGuild() ? {} : { ruledBy: house.place.channelId }),
    applicationId: interaction.applicationId,
    interactionId: interaction.id,
    // What everybody sees speaks the server's language where it has one; what one person sees, that person's.
    locale: (manner.private ? undefined : language) ?? interaction.locale,
    private: manner.private,
    notify: manner.notify,
    attachmentSizeLimit: interaction.attachmentSizeLimit,
    createdAt: Date.now(),
    fullSize: manner.fullSize ?? false,
    ...(await asked.wanted(house)),
    lineage: manner.lineage,
  });
}

const requestId = ({ id }: RepliableInteraction) => `r${id}`;

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
