/**
 * The one place that sends, edits, finds and deletes messages outside an interaction's first answer. It speaks REST
 * alone, from ids and tokens, so that it works the same after a restart.
 */
import { DiscordAPIError, HTTPError, type RawFile, type REST, Routes } from "discord.js";
import type {
  APIActionRowComponent,
  APIChannel,
  APIComponentInMessageActionRow,
  APIMessage,
  RESTPatchAPIChannelMessageJSONBody,
} from "discord-api-types/v10";
import { z } from "zod";

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

/** Why Discord did not take a message, as far as it changes what to do next. */
export type Refused = "token-expired" | "message-gone" | "no-access" | "direct-messages-closed" | "too-large";

export class MessageRefused extends Error {
  override name = "MessageRefused";
  readonly reason: Refused;
  constructor(reason: Refused, cause: Error) {
    super(cause.message, { cause });
    this.reason = reason;
  }
}

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const REFUSALS: Record<number, Refused> = {
  10003: "no-access", // unknown channel
  10004: "no-access", // unknown guild
  10008: "message-gone",
  10013: "direct-messages-closed", // unknown user
  10015: "token-expired", // unknown webhook: the interaction was never acknowledged, or its token has ended
  10062: "token-expired", // unknown interaction
  40005: "too-large",
  50001: "no-access",
  50007: "direct-messages-closed",
  50013: "no-access",
  50027: "token-expired",
  50278: "direct-messages-closed", // no server in common
};

const ALT_LIMIT = 1024;
/** How far back an earlier try's message is looked for. */
const SEARCH_DEPTH = 50;
const SUPPRESS_EMBEDS = 1 << 2; // a URL in a prompt must not unfold into a page

export class Messages {
  readonly #rest: REST;
  readonly #applicationId: string;
  readonly #userId: string;

  constructor(rest: REST, applicationId: string, userId: string) {
    this.#rest = rest;
    this.#applicationId = applicationId;
    this.#userId = userId;
  }

  /** Edits an interaction's answer by its token. @throws MessageRefused */
  async editAnswer(token: string, message: OutgoingMessage): Promise<void> {
    const route = Routes.webhookMessage(this.#applicationId, token, "@original");
    await refusing(this.#rest.patch(route, { ...toRequest(message), auth: false }));
  }

  /** Sends one more message in answer to an interaction. @throws MessageRefused */
  async followUp(token: string, message: OutgoingMessage, hidden: boolean): Promise<void> {
    const request = toRequest(message, hidden ? 1 << 6 : 0);
    await refusing(this.#rest.post(Routes.webhook(this.#applicationId, token), { ...request, auth: false }));
  }

  /** @throws MessageRefused */
  async edit(channelId: string, messageId: string, message: OutgoingMessage): Promise<void> {
    await refusing(this.#rest.patch(Routes.channelMessage(channelId, messageId), toRequest(message)));
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

function toRequest(message: OutgoingMessage, flags = 0) {
  const files: RawFile[] = (message.files ?? []).map(({ name, data }) => ({ name, data }));
  const body: RESTPatchAPIChannelMessageJSONBody = {
    content: message.content,
    components: message.components ?? [],
    attachments: (message.files ?? []).map((file, id) => ({
      id,
      filename: file.name,
      description: cut(file.description, ALT_LIMIT),
    })),
    allowed_mentions: { parse: [], users: message.mentions ?? [] },
    flags: SUPPRESS_EMBEDS | flags,
  };
  return { body, files };
}

/** Cut to a number of characters, whole ones, with an ellipsis where something is missing. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const whole = [...text.slice(0, limit - 1)];
  if (/[\uD800-\uDBFF]$/.test(text.slice(0, limit - 1))) whole.pop();
  return `${whole.join("")}…`;
}

const codeSchema = z.coerce.number();

async function refusing<T>(sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof DiscordAPIError) {
      const reason = REFUSALS[codeSchema.catch(0).parse(error.code)];
      if (reason) throw new MessageRefused(reason, error);
      if (error.status === 404) throw new MessageRefused("message-gone", error);
    }
    if (error instanceof HTTPError && error.status === 413) throw new MessageRefused("too-large", error);
    throw error;
  }
}
