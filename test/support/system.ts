/** The whole product around a test: own Redis, local Discord, and the unmodified bot and worker as processes. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/index.ts";
import { oldestOpen } from "../../src/store/openRequests.ts";
import { present } from "../../src/store/presence.ts";
import { readProgress } from "../../src/store/progress.ts";
import { startTestRedis, type TestRedis } from "./redis.ts";

export interface SystemOptions {
  sandbox?: SandboxOptions;
  /** How many workers to start, 1 unless told. */
  workers?: number;
  /** Whether to start a bot, which is so unless told. */
  bot?: boolean;
  /** The fake engine in the real one's place, with these options of its own. */
  standIn?: Record<string, string>;
  /** Workers notice in seconds what the product's clocks take half a minute for. */
  brisk?: boolean;
  /** Folder of Redis's files; a new one when left out. */
  redisFolder?: string | undefined;
  env?: NodeJS.ProcessEnv;
}

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

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

/** Process ids of a worker's engines. */
export async function enginesOf(worker: ChildProcess): Promise<number[]> {
  const found = promisify(execFile)("pgrep", ["-P", String(worker.pid), "-f", "quantspot_worker"]);
  const { stdout } = await found.catch(() => ({ stdout: "" })); // it leaves with 1 when there is none
  return stdout.split("\n").filter(Boolean).map(Number);
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
  readonly #worker: string;
  readonly #processes = new Set<ChildProcess>();
  readonly #logs = new Map<ChildProcess, { text: string }>();

  private constructor(redisServer: TestRedis, sandbox: Sandbox, env: NodeJS.ProcessEnv, worker: string) {
    this.redisServer = redisServer;
    this.sandbox = sandbox;
    this.redis = new Redis(redisServer.url, { maxRetriesPerRequest: null });
    this.redis.on("error", () => {}); // faults take Redis away on purpose
    this.#env = env;
    this.#worker = worker;
  }

  /** Ready to be used: the bot is logged in with its commands, every worker's engine renders. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const [redis, sandbox] = await Promise.all([
      startTestRedis(options.redisFolder),
      startSandbox(options.sandbox),
    ]);
    const env = {
      ...process.env,
      DISCORD_TOKEN: sandbox.token,
      DISCORD_API_URL: sandbox.apiUrl,
      DISCORD_GUILD_ID: sandbox.guildId,
      DISCORD_HOME_GUILD_ID: sandbox.guildId,
      REDIS_URL: redis.url,
      QUANTSPOT_MODEL: "tiny",
      QUANTSPOT_DEVICE: "cpu",
      ...(options.standIn && standIn(options.standIn)),
      ...options.env,
    };
    const worker = options.brisk ? `${FIXTURES}/brisk-worker.ts` : "src/worker.ts";
    const system = new System(redis, sandbox, env, worker);
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

  /** @param env beside what all processes get, as below */
  async startBot(env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
    const bot = this.spawn("bot", env);
    const { sandbox } = this;
    await until("the bot", () => {
      alive(bot);
      // Online, a bot hears nothing yet for a moment; its word comes when it does, with its commands registered.
      return sandbox.isBotOnline && this.logOf(bot).includes("bot is ready");
    });
    return bot;
  }

  async startWorker(env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
    // One that was killed is still announced for a while.
    const before = await this.#readyWorkers();
    const worker = this.spawn("worker", env);
    await until("the worker", async () => {
      alive(worker);
      return (await this.#readyWorkers()).some((id) => !before.includes(id));
    });
    return worker;
  }

  /** Starts the program of that name; its log goes to a file under .state/logs/test. */
  spawn(name: "bot" | "worker" | "shards", env: NodeJS.ProcessEnv = {}): ChildProcess {
    mkdirSync(".state/logs/test", { recursive: true });
    const program = name === "worker" ? this.#worker : `src/${name}.ts`;
    const child = spawn(process.execPath, ["--import", "tsx", program], {
      env: { ...this.#env, ...env },
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

  /** Resolves when a worker renders the oldest open request. The message tells of it seconds later. */
  async rendering(): Promise<void> {
    await until("the render to begin", async () => {
      const [id] = await oldestOpen(this.redis, 1);
      return id !== undefined && (await readProgress(this.redis, id)).size > 0;
    });
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

  async #readyWorkers(): Promise<string[]> {
    const workers = await present(this.redis);
    return workers
      .filter(({ engines }) => engines.some(({ state }) => state === "ready"))
      .map(({ id }) => id);
  }
}

function standIn(options: Record<string, string>): NodeJS.ProcessEnv {
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return { QUANTSPOT_PYTHON: `${FIXTURES}/stand-in.mjs`, FAKE_ENGINE: JSON.stringify(args) };
}
