/**
 * The one place that sends, edits, finds and deletes messages outside an interaction's first answer. It speaks REST
 * alone, from ids and tokens, so that it works the same after a restart.
 */
import {
  DiscordAPIError,
  HTTPError,
  type InteractionReplyOptions,
  MessageFlags,
  type RawFile,
  REST,
  Routes,
} from "discord.js";
import {
  type APIActionRowComponent,
  type APIChannel,
  type APIComponentInMessageActionRow,
  type APIMessage,
  type APIMessageTopLevelComponent,
  ChannelType,
  type RESTPatchAPIChannelMessageJSONBody,
  type RESTPostAPIChannelThreadsJSONBody,
} from "discord-api-types/v10";
import { cut } from "../texts/cut.ts";

export interface OutgoingFile {
  name: string;
  data: Buffer;
  /** Alternative text, cut to Discord's limit when sent. */
  description: string;
}

export interface OutgoingMessage {
  content: string;
  files?: OutgoingFile[];
  components?: APIActionRowComponent<APIComponentInMessageActionRow>[];
  /** The only members whom this message may ping; nobody when absent. */
  mentions?: string[];
}

/** Components V2: a message laid out by its components alone. It has no content, and an edit can't give it one. */
export interface Layout {
  layout: APIMessageTopLevelComponent[];
}

/**
 * Discord will not take this message here, now or later: the token has expired, the message or channel is gone, a
 * permission is missing, direct messages are closed. Another way may work.
 */
export class MessageRefused extends Error {
  override name = "MessageRefused";
  /** It would take a smaller one. */
  readonly tooLarge: boolean;
  constructor(cause: Error, tooLarge: boolean) {
    super(cause.message, { cause });
    this.tooLarge = tooLarge;
  }
}

const ALT_LIMIT = 1024;
export const CONTENT_LIMIT = 2000;
/** Of all texts of a layout together. */
export const LAYOUT_LIMIT = 4000;
/** How far back an earlier try's message is looked for. */
const SEARCH_DEPTH = 50;

export class Messages {
  readonly #rest: REST;
  /** For what must not be tried again. */
  readonly #once: REST;
  readonly #applicationId: string;
  readonly #userId: string;

  constructor(rest: REST, applicationId: string, userId: string) {
    this.#rest = rest;
    this.#once = new REST({ ...rest.options, retries: 0 });
    this.#applicationId = applicationId;
    this.#userId = userId;
  }

  /**
   * Edits an interaction's answer by its token.
   * @param signal breaks it off, tries that are still to come included
   * @throws MessageRefused
   */
  async editAnswer(token: string, message: OutgoingMessage, signal?: AbortSignal): Promise<void> {
    const route = Routes.webhookMessage(this.#applicationId, token, "@original");
    await refusing(
      this.#rest.patch(route, { ...toRequest(message), auth: false, ...(signal && { signal }) }),
      false,
    );
  }

  /**
   * Sends one more message in answer to an interaction, for its member alone: at most once, since Discord recognises no
   * repeat of it.
   * @throws MessageRefused
   */
  async followUpOnce(token: string, message: OutgoingMessage): Promise<void> {
    const request = toRequest(message, MessageFlags.Ephemeral);
    const route = Routes.webhook(this.#applicationId, token);
    await refusing(this.#once.post(route, { ...request, auth: false }), false);
  }

  /** @throws MessageRefused */
  async edit(
    channelId: string,
    messageId: string,
    message: OutgoingMessage,
    signal?: AbortSignal,
  ): Promise<void> {
    const route = Routes.channelMessage(channelId, messageId);
    await refusing(this.#rest.patch(route, { ...toRequest(message), ...(signal && { signal }) }));
  }

  /** Takes the buttons off a message and leaves the rest. @throws MessageRefused */
  async removeButtons(channelId: string, messageId: string): Promise<void> {
    const body: RESTPatchAPIChannelMessageJSONBody = { components: [] };
    await refusing(this.#rest.patch(Routes.channelMessage(channelId, messageId), { body }));
  }

  /**
   * Posts a message once: `nonce` makes Discord itself return the first one for a repeat within some minutes.
   * @param nonce at most 25 characters
   * @throws MessageRefused
   */
  async post(channelId: string, message: OutgoingMessage, nonce: string): Promise<string> {
    const request = toRequest(message);
    const body = { ...request.body, nonce, enforce_nonce: true };
    const sent = await refusing(this.#rest.post(Routes.channelMessages(channelId), { ...request, body }));
    return (sent as APIMessage).id;
  }

  /** @throws MessageRefused */
  async delete(channelId: string, messageId: string): Promise<void> {
    await refusing(this.#rest.delete(Routes.channelMessage(channelId, messageId)));
  }

  /** Opens a thread that everybody in the channel sees. @returns its id @throws MessageRefused */
  async openThread(channelId: string, name: string): Promise<string> {
    const body: RESTPostAPIChannelThreadsJSONBody = { name, type: ChannelType.PublicThread };
    const thread = await refusing(this.#rest.post(Routes.threads(channelId), { body }));
    return (thread as APIChannel).id;
  }

  /** The channel of direct messages with a member. @throws MessageRefused */
  async directChannel(userId: string): Promise<string> {
    const channel = await refusing(
      this.#rest.post(Routes.userChannels(), { body: { recipient_id: userId } }),
    );
    return (channel as APIChannel).id;
  }

  /** The bot's recent message in a channel whose buttons carry this id, or undefined. @throws MessageRefused */
  async find(channelId: string, requestId: string): Promise<string | undefined> {
    const query = new URLSearchParams({ limit: String(SEARCH_DEPTH) });
    const recent = await refusing(this.#rest.get(Routes.channelMessages(channelId), { query }));
    return (recent as APIMessage[]).find(
      (message) =>
        message.author.id === this.#userId &&
        JSON.stringify(message.components ?? []).includes(`:${requestId}"`),
    )?.id;
  }
}

/** A message within Discord's limits, in the words of an interaction's answer. */
export function toReply(message: OutgoingMessage | Layout, hidden: boolean): InteractionReplyOptions {
  const ephemeral = hidden ? [MessageFlags.Ephemeral as const] : [];
  if ("layout" in message)
    return {
      components: message.layout,
      allowedMentions: { parse: [] },
      flags: [MessageFlags.IsComponentsV2, ...ephemeral],
    };
  return {
    content: cut(message.content, CONTENT_LIMIT),
    components: message.components ?? [],
    files: (message.files ?? []).map(({ name, data, description }) => ({
      name,
      attachment: data,
      description: cut(description, ALT_LIMIT),
    })),
    allowedMentions: { parse: [], users: message.mentions ?? [] },
    flags: [MessageFlags.SuppressEmbeds, ...ephemeral],
  };
}

function toRequest(message: OutgoingMessage, flags = 0) {
  const files: RawFile[] = (message.files ?? []).map(({ name, data }) => ({ name, data }));
  const body: RESTPatchAPIChannelMessageJSONBody = {
    content: cut(message.content, CONTENT_LIMIT),
    components: message.components ?? [],
    attachments: (message.files ?? []).map((file, id) => ({
      id,
      filename: file.name,
      description: cut(file.description, ALT_LIMIT),
    })),
    allowed_mentions: { parse: [], users: message.mentions ?? [] },
    // A URL in a prompt must not unfold into a page.
    flags: MessageFlags.SuppressEmbeds | flags,
  };
  return { body, files };
}

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes: request entity too large */
const TOO_LARGE = 40005;

/** @param withBotToken a 401 then says that the bot's own token is wrong, which no other way of sending mends */
async function refusing<T>(sending: Promise<T>, withBotToken = true): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof DiscordAPIError || error instanceof HTTPError)) throw error;
    const { status } = error;
    const tooLarge = status === 413 || (error instanceof DiscordAPIError && error.code === TOO_LARGE);
    if (status < 400 || status >= 500 || status === 429 || (status === 401 && withBotToken)) throw error;
    throw new MessageRefused(error, tooLarge);
  }
}
