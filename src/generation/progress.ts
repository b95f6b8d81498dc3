/**
 * Keeps the messages of open requests true: position and estimate while they wait, loading and steps while they
 * run. One loop for all of them; each is edited when what it would say has changed, and not more often than
 * EDIT_EVERY_MS. After a restart the loop goes on from Redis.
 */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import { MessageRefused, type Messages, type OutgoingMessage } from "../discord/messages.ts";
import type { Logger } from "../log.ts";
import { placeOf } from "../queue/order.ts";
import { whileEditing } from "../store/editing.ts";
import { readProgress } from "../store/progress.ts";
import { openRequests, type RequestRecord, readRecord } from "../store/requests.ts";
import { readToken } from "../store/tokens.ts";
import { estimateSeconds } from "./estimate.ts";
import type { Progress } from "./request.ts";
import { labelOf } from "./result.ts";
import { progressMessage, waitingMessage } from "./view.ts";

/** Discord counts edits of one message; slower than this it never objects. */
const EDIT_EVERY_MS = 2500;
/** A place in the queue changes often and matters little; all edits together must stay far below 50 a second. */
const WAITING_EDIT_EVERY_MS = 5000;
const LOOK_EVERY_MS = 500;
/** The oldest open requests are kept up to date; who stands behind them is told when they come up. */
const ROUND = 60;

interface Shown {
  text: string;
  at: number;
}

export interface ProgressPorts {
  redis: Redis;
  messages: Messages;
  directory: DirectoryCache;
  log: Logger;
}

export class ProgressReporter {
  readonly #ports: ProgressPorts;
  readonly #shown = new Map<string, Shown>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(ports: ProgressPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** The acknowledgement has just said this: the next edit waits its turn. */
  noteShown(requestId: string, message: OutgoingMessage): void {
    this.#shown.set(requestId, { text: message.content, at: Date.now() });
  }

  async #look(): Promise<void> {
    try {
      const open = (await openRequests(this.#ports.redis)).slice(0, ROUND);
      const known = new Set(open);
      for (const id of this.#shown.keys()) if (!known.has(id)) this.#shown.delete(id);
      await Promise.all(open.map((id) => this.#update(id)));
    } catch (error) {
      this.#ports.log.warn({ err: error }, "progress could not be shown; trying on");
    }
    if (!this.#stopped) this.start();
  }

  async #update(id: string): Promise<void> {
    const shown = this.#shown.get(id);
    if (shown && Date.now() - shown.at < EDIT_EVERY_MS) return;
    const record = await readRecord(this.#ports.redis, id);
    if (record?.state !== "waiting") return;
    const progress = await readProgress(this.#ports.redis, id);
    if (!progress && shown && Date.now() - shown.at < WAITING_EDIT_EVERY_MS) return;
    const message = progress ? await this.#running(record, progress) : await this.#waiting(record);
    if (message.content === shown?.text) return;
    this.#shown.set(id, { text: message.content, at: Date.now() });
    await whileEditing(this.#ports.redis, id, () => this.#edit(record, message)).catch((error: unknown) => {
      if (!(error instanceof MessageRefused)) throw error; // the answer finds another way; progress does not matter
    });
  }

  async #running({ request, notify }: RequestRecord, progress: Progress): Promise<OutgoingMessage> {
    const label = labelOf(progress.recipe, await this.#ports.directory.get());
    return progressMessage(request, progress, label, notify);
  }

  async #waiting({ request, notify }: RequestRecord): Promise<OutgoingMessage> {
    const { redis, directory } = this.#ports;
    const { ahead } = await placeOf(redis, request);
    const count = [...ahead.values()].reduce((sum, renders) => sum + renders, 0);
    return waitingMessage(request, count, await estimateSeconds(redis, await directory.get(), ahead), notify);
  }

  async #edit({ request, messageId }: RequestRecord, message: OutgoingMessage): Promise<void> {
    const { redis, messages } = this.#ports;
    const token = await readToken(redis, request.id);
    if (token) await messages.editAnswer(token, message);
    else if (messageId && !request.private) await messages.edit(request.channelId, messageId, message);
  }
}
