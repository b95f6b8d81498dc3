/** The whole product around a test: own Redis, local Discord, and the unmodified bot and worker as processes. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/index.ts";
import { present } from "../../src/store/presence.ts";
import { startTestRedis, type TestRedis } from "./redis.ts";

export interface SystemOptions {
  sandbox?: SandboxOptions;
  /** How many workers to start, 1 unless told. */
  workers?: number;
  /** Whether to start a bot, which is so unless told. */
  bot?: boolean;
  env?: NodeJS.ProcessEnv;
}

const STARTED_WITHIN_MS = 45_000;

/** Resolves when the condition holds; fails with what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = STARTED_WITHIN_MS,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await sleep(25);
  }
}

function alive(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null)
    throw new Error(`A process ended at its start; see .state/logs/test/*-${child.pid}.log.`);
}

export class System {
  readonly redisServer: TestRedis;
  readonly redis: Redis;
  readonly sandbox: Sandbox;
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes = new Set<ChildProcess>();
  readonly #logs = new Map<ChildProcess, { text: string }>();

  private constructor(redisServer: TestRedis, sandbox: Sandbox, env: NodeJS.ProcessEnv) {
    this.redisServer = redisServer;
    this.sandbox = sandbox;
    this.redis = new Redis(redisServer.url, { maxRetriesPerRequest: null });
    this.redis.on("error", () => {}); // faults take Redis away on purpose
    this.#env = env;
  }

  /** Ready to be used: the bot is logged in with its commands, every worker's engine renders. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const [redis, sandbox] = await Promise.all([startTestRedis(), startSandbox(options.sandbox)]);
    const system = new System(redis, sandbox, {
      ...process.env,
      DISCORD_TOKEN: sandbox.token,
      DISCORD_API_URL: sandbox.apiUrl,
      DISCORD_GUILD_ID: sandbox.guildId,
      REDIS_URL: redis.url,
      QUANTSPOT_MODEL: "tiny",
      QUANTSPOT_DEVICE: "cpu",
      ...options.env,
    });
    try {
      await Promise.all([
        ...(options.bot === false ? [] : [system.startBot()]),
        ...Array.from({ length: options.workers ?? 1 }, () => system.startWorker()),
      ]);
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  async startBot(): Promise<ChildProcess> {
    const bot = this.spawn("bot");
    const { sandbox } = this;
    await until("the bot", () => {
      alive(bot);
      return sandbox.isBotOnline && sandbox.world.commandsOf(sandbox.guildId).length > 0;
    });
    return bot;
  }

  async startWorker(): Promise<ChildProcess> {
    const before = await this.#readyEngines();
    const worker = this.spawn("worker");
    await until("the worker", async () => {
      alive(worker);
      return (await this.#readyEngines()) > before;
    });
    return worker;
  }

  /** Starts src/NAME.ts; its log goes to a file under .state/logs/test. */
  spawn(name: "bot" | "worker"): ChildProcess {
    mkdirSync(".state/logs/test", { recursive: true });
    const child = spawn(process.execPath, ["--import", "tsx", `src/${name}.ts`], {
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const file = createWriteStream(`.state/logs/test/${name}-${child.pid}.log`);
    const log = { text: "" };
    this.#logs.set(child, log);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.pipe(file);
      stream?.on("data", (chunk: Buffer) => {
        log.text += chunk;
      });
    }
    this.#processes.add(child);
    child.once("exit", () => this.#processes.delete(child));
    return child;
  }

  /** What a process has logged so far. */
  logOf(child: ChildProcess): string {
    return this.#logs.get(child)?.text ?? "";
  }

  /** What all processes have logged so far, also those that are gone. */
  logs(): string {
    return [...this.#logs.values()].map(({ text }) => text).join("");
  }

  /** kill -9, and gone when this resolves. */
  async kill(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#processes].map((child) => this.kill(child)));
    this.redis.disconnect();
    await this.sandbox.close();
    await this.redisServer.stop();
  }

  async #readyEngines(): Promise<number> {
    const workers = await present(this.redis);
    return workers.flatMap(({ engines }) => engines).filter(({ state }) => state === "ready").length;
  }
}
