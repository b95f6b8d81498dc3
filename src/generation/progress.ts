/**
 * Keeps the messages of open requests true: position and estimate while they wait, loading and steps while they
 * run. One loop for all of them; each is edited when what it would say has changed, and not more often than
 * EDIT_EVERY_MS. After a restart the loop goes on from Redis.
 */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import { MessageRefused, type Messages, type OutgoingMessage } from "../discord/messages.ts";
import { type Logger, sparingly } from "../log.ts";
import { standingsOf } from "../queue/standing.ts";
import { whileEditing } from "../store/editing.ts";
import { channels } from "../store/keys.ts";
import { oldestOpen } from "../store/openRequests.ts";
import { readPreview } from "../store/previews.ts";
import { readProgress } from "../store/progress.ts";
import { type RequestRecord, readKnown } from "../store/requests.ts";
import { staySubscribed } from "../store/subscribe.ts";
import { readToken } from "../store/tokens.ts";
import { kinds } from "./kinds.ts";
import { placeMessage, rests, waitingForWorker } from "./place.ts";
import { type Progress, progressSchema } from "./request.ts";

/** Discord counts edits of one message; slower than this it never objects, pictures in them included. */
const EDIT_EVERY_MS = 3000;
/** A place in the queue changes often and matters little; all edits together must stay far below 50 a second. */
const WAITING_EDIT_EVERY_MS = 5000;
const LOOK_EVERY_MS = 500;
/** How many of those that wait are kept up to date, the oldest first. Everything that renders is. */
const WAITING_SHOWN = 50;

interface Shown {
  text: string;
  /** By performance.now(): while the day's clock is set back, it must not be too early for every edit. */
  at: number;
}

export interface ProgressPorts {
  /** Whether this process is the one that shows a server's progress: of several shards only its own is. */
  shows: (guildId: string) => boolean;
  redis: Redis;
  messages: Messages;
  directory: DirectoryCache;
  log: Logger;
}

export class ProgressReporter {
  readonly #ports: ProgressPorts;
  readonly #shown = new Map<string, Shown>();
  /** Requests whose worker has spoken since the last look. */
  readonly #rendering = new Set<string>();
  readonly #busy = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(ports: ProgressPorts) {
    this.#ports = ports;
  }

  /** @param subscriber a connection of its own, which does nothing else */
  start(subscriber: Redis): void {
    subscriber.on("message", (_channel, text) => this.#hear(text));
    const tell = sparingly((error) =>
      this.#ports.log.warn({ err: error }, "progress is not heard of; trying on"),
    );
    staySubscribed(subscriber, [channels.progress], tell);
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** The acknowledgement says this: the next edit waits its turn. */
  noteShown(requestId: string, message: OutgoingMessage): void {
    this.#shown.set(requestId, { text: message.content, at: performance.now() });
  }

  /** What another version's worker says may not be understood: that must not end the bot, as a throw here would. */
  #hear(text: string): void {
    try {
      this.#rendering.add(progressSchema.parse(JSON.parse(text)).requestId);
    } catch (error) {
      this.#ports.log.debug({ err: error }, "progress is not understood");
    }
  }

  #schedule(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    try {
      const waiting = await oldestOpen(this.#ports.redis, WAITING_SHOWN);
      const ids = new Set([...waiting, ...this.#rendering]);
      this.#rendering.clear();
      this.#forget(ids);
      for (const id of ids) this.#update(id);
    } catch (error) {
      this.#ports.log.warn({ err: error }, "progress could not be looked at; trying on");
    }
    this.#schedule();
  }

  /** Of requests that are over, or far back in the queue: whose turn it is to be edited is known without them. */
  #forget(looked: ReadonlySet<string>): void {
    const before = performance.now() - WAITING_EDIT_EVERY_MS;
    for (const [id, { at }] of this.#shown) if (at < before && !looked.has(id)) this.#shown.delete(id);
  }

  /** One request's trouble, a rate limit for example, must not hold up the others. */
  async #update(id: string): Promise<void> {
    if (this.#busy.has(id)) return;
    this.#busy.add(id);
    try {
      await this.#show(id);
    } catch (error) {
      // What Discord refuses here, the answer finds another way for.
      if (!(error instanceof MessageRefused))
        this.#ports.log.warn({ err: error, requestId: id }, "progress could not be shown");
    } finally {
      this.#busy.delete(id);
    }
  }

  async #show(id: string): Promise<void> {
    const shown = this.#shown.get(id);
    const age = shown ? performance.now() - shown.at : Number.POSITIVE_INFINITY;
    if (age < EDIT_EVERY_MS) {
      this.#rendering.add(id); // its turn comes
      return;
    }
    const record = await readKnown(this.#ports.redis, id);
    if (record && !this.#ports.shows(record.request.guildId)) return;
    if (record?.state !== "waiting" || !record.acknowledged) {
      if (record?.state !== "reserved") this.#shown.delete(id);
      return;
    }
    const progress = await readProgress(this.#ports.redis, id);
    const started = progress.size > 0;
    if (!started && age < WAITING_EDIT_EVERY_MS) return;
    const message = started ? await this.#running(record, progress) : await this.#waiting(record);
    try {
      if (message.content !== shown?.text) await this.#edit(record, message);
    } finally {
      // After the edit: one that a rate limit held back must not be followed at once.
      this.#shown.set(id, { text: message.content, at: performance.now() });
    }
  }

  async #running(
    { request, notify }: RequestRecord,
    progress: ReadonlyMap<number, Progress>,
  ): Promise<OutgoingMessage> {
    const directory = await this.#ports.directory.get();
    const [standings, preview] = await Promise.all([
      standingsOf(this.#ports.redis, request),
      readPreview(this.#ports.redis, request.id),
    ]);
    if (rests(directory, request.renders, standings)) return waitingForWorker(request, notify);
    return kinds[request.kind].progress({ request, progress, standings, directory, notify, preview });
  }

  #waiting({ request, notify }: RequestRecord): Promise<OutgoingMessage> {
    return placeMessage(this.#ports.redis, this.#ports.directory, request, notify);
  }

  async #edit({ request, messageId }: RequestRecord, message: OutgoingMessage): Promise<void> {
    const { redis, messages } = this.#ports;
    const { id, channelId } = request;
    const token = await readToken(redis, id);
    if (token) await whileEditing(redis, id, (signal) => messages.editAnswer(token, message, signal));
    else if (messageId && !request.private)
      await whileEditing(redis, id, (signal) => messages.edit(channelId, messageId, message, signal));
  }
}
