/**
 * One engine process: started, spoken to, watched, ended. It runs one request at a time. An engine that breaks the
 * protocol or that its watchdog gives up is killed; what replaces it is the supervisor's matter.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../log.ts";
import type { EngineCommand } from "./command.ts";
import { EngineError } from "./errors.ts";
import { FrameParser } from "./frames.ts";
import { LineSplitter } from "./lines.ts";
import { type LogLevel, logLevelOf } from "./logLevel.ts";
import { formatWorkerLine, parseEngineLine, VersionError } from "./messages.ts";
import { EngineProcess, type ProcessEvents } from "./process.ts";
import type { EngineMessage, EngineMessageOf, WorkerMessage } from "./protocol.ts";
import { type GenerateRequest, type Rendered, type RenderHooks, Rendering } from "./rendering.ts";
import { Watchdog, type WatchdogLimits } from "./watchdog.ts";

/** A preview of the largest size in base64 fits; more without a line end is garbage. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

export type EngineReady = EngineMessageOf<"ready">;
export type EnginePool = EngineMessageOf<"pool">;
export type EngineFetching = EngineMessageOf<"fetching">;

export interface EngineEvents {
  onFetching: (fetching: EngineFetching) => void;
  onReady: (ready: EngineReady) => void;
  onPool: (pool: EnginePool) => void;
  /**
   * It broke the protocol or hangs, and is being killed: it takes no more requests. `what` follows "the engine". The
   * process may still take its time to exit, or never do so while it is stuck in the device's driver.
   */
  onGivenUp: (what: string) => void;
  /** Called once, after which the engine is of no more use. */
  onExit: (exit: EngineExit) => void;
}

export interface EngineExit {
  /** What happened, to follow "the engine": "was ended by SIGKILL". */
  what: string;
  /** The engine's own sentence about it, where it gave one. */
  message: string | undefined;
  /** The last line of its log. */
  lastLine: string | undefined;
  /** Starting the same program again is no use before a person has changed something. */
  hopeless: boolean;
}

export class Engine {
  readonly #process: EngineProcess;
  readonly #logger: Logger;
  readonly #events: EngineEvents;
  readonly #pixelsMs: number;
  readonly #watchdog: Watchdog;
  readonly #exited: Promise<void>;
  #onExited: () => void = () => {};
  #ended = false;
  #rendering: Rendering | undefined;
  #requests = 0;
  /** Why it was given up. */
  #cause: { what: string; hopeless: boolean } | undefined;
  /** The last message, where that blamed no request: when the engine ends by itself now, this is the reason. */
  #problem: EngineMessageOf<"error"> | undefined;
  #lastLine: string | undefined;
  #logLevel: LogLevel = "info";

  constructor(command: EngineCommand, limits: WatchdogLimits, logger: Logger, events: EngineEvents) {
    this.#logger = logger;
    this.#events = events;
    this.#pixelsMs = limits.pixelsMs;
    this.#watchdog = new Watchdog(limits, (reason) => this.#giveUp(new EngineError("hung", reason, true)));
    this.#exited = new Promise((resolve) => {
      this.#onExited = resolve;
    });
    const messages = new LineSplitter((line) => this.#onMessage(parseEngineLine(line)), MAX_LINE_BYTES);
    const frames = new FrameParser((frame) => this.#current(frame.request)?.onFrame(frame));
    this.#process = new EngineProcess(command, {
      onOutput: (chunk) => this.#read(messages, chunk),
      onPixels: (chunk) => this.#read(frames, chunk),
      onLogLine: (line) => {
        this.#lastLine = line;
        this.#logLevel = logLevelOf(line, this.#logLevel);
        const { requestId } = this.#rendering ?? {};
        this.#logger[this.#logLevel]({ stderr: line, requestId }, "engine log");
      },
      onEnd: (what, how) => this.#onEnd(what, how),
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** @throws EngineError when it brought no images: refused, cancelled, or the engine ended. */
  async generate(request: GenerateRequest, hooks: RenderHooks): Promise<Rendered> {
    if (this.#ended || this.#cause)
      throw new EngineError("died", { code: "engine_died", message: "The image engine has stopped." }, true);
    this.#requests += 1;
    const rendering = new Rendering(this.#requests, request, hooks);
    const cancel = () => this.#send({ kind: "cancel", request: rendering.number });
    this.#send({ kind: "generate", request: rendering.number, ...request });
    this.#rendering = rendering;
    this.#watchdog.progress("rendering");
    if (hooks.signal.aborted) cancel();
    else hooks.signal.addEventListener("abort", cancel, { once: true });
    try {
      return await rendering.result;
    } finally {
      hooks.signal.removeEventListener("abort", cancel);
      this.#rendering = undefined;
      this.#watchdog.progress("idle");
    }
  }

  /** Asks the engine to leave, and ends it when it has not after the grace; its exit is awaited as long again. */
  async shutdown(graceMs: number): Promise<void> {
    this.#send({ kind: "shutdown" });
    this.#process.endInput();
    const late = new EngineError("hung", `did not leave within ${graceMs / 1000} s`, true);
    const timer = setTimeout(() => this.#giveUp(late), graceMs);
    await Promise.race([this.#exited, delay(2 * graceMs, undefined, { ref: false })]);
    clearTimeout(timer);
  }

  #send(message: WorkerMessage): void {
    this.#process.write(formatWorkerLine(message));
  }

  #read(parser: { push: (chunk: Buffer) => void }, chunk: Buffer): void {
    if (this.#cause) return; // given up: what still comes is not to be trusted
    try {
      parser.push(chunk);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #onMessage(message: EngineMessage): void {
    this.#watchdog.alive();
    if (message.kind !== "heartbeat") this.#problem = undefined;
    switch (message.kind) {
      case "heartbeat":
        break;
      case "fetching":
        this.#watchdog.progress("starting");
        this.#events.onFetching(message);
        break;
      case "ready":
        this.#watchdog.progress("idle");
        this.#events.onReady(message);
        break;
      case "pool":
        this.#events.onPool(message);
        break;
      case "error":
        this.#onError(message);
        break;
      default:
        this.#onRequestMessage(message);
    }
  }

  #onRequestMessage(message: EngineMessageOf<"loading" | "step" | "preview" | "image" | "done">): void {
    const rendering = this.#current(message.request);
    if (!rendering) return;
    this.#watchdog.progress(message.kind === "loading" ? "loading" : "rendering");
    switch (message.kind) {
      case "loading":
        rendering.onProgress({ phase: "loading", from: message.from });
        break;
      case "step": {
        const { image, step, steps } = message;
        rendering.onProgress({ phase: "rendering", image, step, steps });
        break;
      }
      case "preview":
        rendering.onPreview(message);
        break;
      case "image":
        rendering.onImageLine(message);
        break;
      case "done":
        rendering.onDone(message.stats, this.#pixelsMs, (error) => this.#giveUp(error));
    }
  }

  #onError(error: EngineMessageOf<"error">): void {
    const { request, code, notice, retryable } = error;
    if (request !== undefined) this.#current(request)?.fail(new EngineError(code, notice, retryable));
    else {
      // A variant to be kept that can't be loaded, say, or a model that can't; then the engine's end follows.
      this.#logger.error({ code }, notice.message);
      this.#problem = error;
    }
  }

  /** The request in hand, or undefined for what an engine still says about one that has ended. */
  #current(request: number): Rendering | undefined {
    return this.#rendering?.number === request ? this.#rendering : undefined;
  }

  #giveUp(error: unknown): void {
    if (this.#cause) return;
    const { message, code } =
      error instanceof EngineError
        ? error
        : new EngineError("garbled", `broke the protocol (${error})`, true);
    this.#logger.error({ code }, `The engine ${message}; it is ended.`);
    this.#cause = { what: message, hopeless: error instanceof VersionError };
    this.#watchdog.stop();
    this.#events.onGivenUp(message);
    const told = code === "hung" ? "engine_hung" : "engine_garbled";
    const notice = { code: told, message: `The image engine ${message}.` };
    this.#rendering?.fail(new EngineError(code, notice, true));
    this.#process.kill();
  }

  #onEnd(...[what, how]: Parameters<ProcessEvents["onEnd"]>): void {
    this.#ended = true;
    this.#watchdog.stop();
    const problem = how === "itself" ? this.#problem : undefined;
    const exit = {
      what: this.#cause?.what ?? what,
      message: problem?.notice.message,
      lastLine: this.#lastLine,
      hopeless: this.#cause?.hopeless ?? (how === "unstartable" || problem?.retryable === false),
    };
    const stopped = `The image engine stopped in the middle of rendering: it ${exit.what}.`;
    const notice = problem?.notice ?? { code: "engine_died", message: stopped };
    this.#rendering?.fail(new EngineError("died", notice, true));
    this.#events.onExit(exit);
    this.#onExited();
  }
}
