import type { APIModalInteractionResponseCallbackData } from "discord-api-types/v10";
import type { InteractionRecord } from "./interaction-record.ts";
import { byId } from "./snowflake.ts";
import { isVisibleTo, type SandboxMessage, type StoredMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

export interface Judgement {
  isFinal: (message: SandboxMessage) => boolean;
  isRefusal: (message: SandboxMessage) => boolean;
}

/** What a client shows when nobody acknowledged in time. */
const NO_RESPONSE = "The application did not respond";

/** One interaction as the person who caused it follows it. */
export class Exchange {
  readonly #world: World;
  readonly #record: InteractionRecord;
  readonly #judgement: Judgement;
  readonly #since: number;

  constructor(world: World, record: InteractionRecord, judgement: Judgement, since: number) {
    this.#world = world;
    this.#record = record;
    this.#judgement = judgement;
    this.#since = since;
  }

  get interactionId(): string {
    return this.#record.id;
  }

  get userId(): string {
    return this.#record.userId;
  }

  /** The whole record: its token, payload and state. */
  get record(): Readonly<InteractionRecord> {
    return this.#record;
  }

  get acknowledgedAfterMs(): number | undefined {
    const { acknowledgedAt, createdAt } = this.#record;
    return acknowledgedAt === undefined ? undefined : acknowledgedAt - createdAt;
  }

  /** What went wrong, as the client says it. */
  get failure(): string | undefined {
    return this.#record.state === "failed" ? NO_RESPONSE : undefined;
  }

  get modal(): APIModalInteractionResponseCallbackData | undefined {
    return this.#record.modal;
  }

  /** Whether the answer is one that the bot gives instead of doing what was asked. */
  get refused(): boolean {
    return this.messages().some((message) => this.#judgement.isRefusal(message));
  }

  /** The original response, as this member sees it. */
  reply(): SandboxMessage | undefined {
    const stored = this.#world.messages.get(this.#record.originalId ?? "");
    return stored && isVisibleTo(stored, this.#record.userId) ? structuredClone(stored.message) : undefined;
  }

  /** The original response, followups, and messages that continue them; only what is new or has changed since. */
  messages(): SandboxMessage[] {
    const { originalId, userId } = this.#record;
    return [...this.#world.messages.values()]
      .filter(
        (stored) => stored.revision > this.#since && isVisibleTo(stored, userId) && this.#isPart(stored),
      )
      .map((stored) => structuredClone(stored.message))
      .sort((a, b) => (a.id === originalId ? -1 : b.id === originalId ? 1 : byId(a, b)));
  }

  /** Waits until one of the messages is final. The time is the system's, not the sandbox's clock. */
  async final(timeoutMs: number): Promise<SandboxMessage> {
    if (this.modal) throw new Error(this.#whyNot(timeoutMs));
    const { isFinal, isRefusal } = this.#judgement;
    const find = () => this.messages().find((message) => isRefusal(message) || isFinal(message));
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found) finish(() => resolve(found));
      };
      const stop = this.#world.events.on((event) => {
        // Hundreds may wait at once: each looks only when something of its own has changed.
        const isOwn =
          event.type === "interactionUpdate"
            ? event.interaction.id === this.#record.id
            : event.type === "messageCreate" || event.type === "messageUpdate"
              ? this.#isPart(event.message)
              : false;
        if (isOwn) look();
      });
      const timer = setTimeout(() => finish(() => reject(new Error(this.#whyNot(timeoutMs)))), timeoutMs);
      const finish = (settle: () => void) => {
        stop();
        clearTimeout(timer);
        settle();
      };
      look();
    });
  }

  #whyNot(timeoutMs: number): string {
    if (this.#record.modal) return `The answer was a form: "${this.#record.modal.title}".`;
    if (this.failure !== undefined) return `${this.failure}.`;
    const last = this.messages()[0]?.content.slice(0, 200);
    return `No final answer within ${timeoutMs / 1000} s${last ? `; the last was: ${last}` : ""}.`;
  }

  /**
   * A message continues an answer that could not be edited any more when it is the bot's own, answers no other
   * interaction, and is about this one: in a direct message, by replying, by naming the person, or by carrying
   * the interaction's id in a component.
   */
  #isPart({ message, interactionId }: StoredMessage): boolean {
    const { id, originalId, userId, channelId } = this.#record;
    if (message.id === originalId || interactionId === id) return true;
    if (interactionId !== undefined || message.author.id !== this.#world.applicationId) return false;
    if (BigInt(message.id) < BigInt(id)) return false;
    if (this.#world.channels.get(message.channel_id)?.recipientId === userId) return true;
    if (message.channel_id !== channelId) return false;
    if (originalId !== undefined && message.message_reference?.message_id === originalId) return true;
    const text = JSON.stringify([message.content, message.embeds, message.components]);
    return text.includes(`<@${userId}>`) || text.includes(id);
  }
}

/** Resolves as soon as the interaction is acknowledged, or has failed. */
export function settled(world: World, record: InteractionRecord, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      stop();
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => finish(() => reject(signal?.reason));
    const look = () => {
      // The callback's message is announced before the record says how it was acknowledged.
      const isDone = record.acknowledgedAt !== undefined || record.state === "failed";
      if (isDone) finish(resolve);
    };
    const stop = world.events.on(look);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    else look();
  });
}
