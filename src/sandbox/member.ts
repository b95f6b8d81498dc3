import * as actions from "./actions.ts";
import { Exchange, type Judgement, settled } from "./exchange.ts";
import type { Choice, InteractionRecord } from "./interaction-record.ts";
import { createInteraction, type NewInteraction } from "./interactions.ts";
import { createMessage } from "./messages.ts";
import { InputError } from "./option-values.ts";
import { isVisibleTo, type SandboxMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

export interface RunOptions {
  signal?: AbortSignal;
  /** Another channel than the default one. */
  channelId?: string;
  /** What attachment options name, by file name. */
  files?: actions.InputFiles;
}

type MessageLike = Pick<SandboxMessage, "id">;

/** Somebody with a client. Every method does what the client would, and refuses what it would refuse. */
export class SandboxMember {
  readonly id: string;
  readonly name: string;
  readonly #world: World;
  readonly #channelId: string;
  readonly #judgement: Judgement;

  constructor(world: World, id: string, name: string, channelId: string, judgement: Judgement) {
    this.#world = world;
    this.id = id;
    this.name = name;
    this.#channelId = channelId;
    this.#judgement = judgement;
  }

  async run(command: string, options: RunOptions = {}): Promise<Exchange> {
    const actor = this.#in(options.channelId);
    return this.#exchange(() => actions.runCommand(actor, command, options.files), options.signal);
  }

  async autocomplete(command: string, focusedOption: string, options: RunOptions = {}): Promise<Choice[]> {
    const record = actions.autocomplete(this.#in(options.channelId), command, focusedOption);
    await settled(this.#world, record, options.signal);
    if (record.state === "failed") throw new InputError("Loading options failed");
    return record.choices ?? [];
  }

  click(message: MessageLike, customIdOrLabel: string): Promise<Exchange> {
    return this.#exchange(() => actions.click(this.#in(), message.id, customIdOrLabel));
  }

  select(message: MessageLike, customIdOrLabel: string, values: readonly string[]): Promise<Exchange> {
    return this.#exchange(() => actions.select(this.#in(), message.id, customIdOrLabel, values));
  }

  /** Fields by their custom id or label. */
  submitModal(opened: Exchange, values: Record<string, string | readonly string[]>): Promise<Exchange> {
    return this.#exchange(() => actions.submitModal(this.#in(), opened.record, values));
  }

  contextMenu(name: string, target: MessageLike | SandboxMember): Promise<Exchange> {
    const what = target instanceof SandboxMember ? { userId: target.id } : { messageId: target.id };
    return this.#exchange(() => actions.runContextMenu(this.#in(), name, what));
  }

  /** Sends an interaction that no client would, to try what a handler does with it. */
  raw(interaction: Omit<NewInteraction, "userId" | "channelId"> & { channelId?: string }): Promise<Exchange> {
    const channelId = interaction.channelId ?? this.#channelId;
    return this.#exchange(() =>
      createInteraction(this.#world, { ...interaction, userId: this.id, channelId }),
    );
  }

  /** Writes an ordinary message. */
  async say(content: string, channelId = this.#channelId): Promise<SandboxMessage> {
    const channel = actions.reachableChannel(this.#in(channelId));
    const author = this.#world.person(this.id).user;
    return structuredClone((await createMessage(this.#world, channel, { content }, [], { author })).message);
  }

  /** What this member sees in a channel, ephemeral answers to them included. */
  sees(channelId = this.#channelId): SandboxMessage[] {
    return this.#world
      .messagesIn(channelId)
      .filter((stored) => isVisibleTo(stored, this.id))
      .map((stored) => structuredClone(stored.message));
  }

  set locale(locale: string) {
    this.#world.person(this.id).locale = locale;
  }

  closeDirectMessages(closed = true): void {
    this.#world.person(this.id).closedDms = closed;
  }

  #in(channelId = this.#channelId): actions.Actor {
    return { world: this.#world, userId: this.id, channelId };
  }

  async #exchange(
    send: () => InteractionRecord | Promise<InteractionRecord>,
    signal?: AbortSignal,
  ): Promise<Exchange> {
    const since = this.#world.revision;
    const record = await send();
    await settled(this.#world, record, signal);
    return new Exchange(this.#world, record, this.#judgement, since);
  }
}
