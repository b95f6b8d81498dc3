/**
 * A Redis of this project's own, on loopback: the demo keeps one under .state/redis, each test file has one under
 * the temporary folder. It keeps what it holds (append-only file) and ends with the process that started it.
 */
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { isAlive } from "./alive.mjs";
import { redisProgram } from "./bundled-redis.mjs";
import { type Child, startChild } from "./children.ts";
import { freePort } from "./ports.ts";
import { SetupError } from "./progress.mjs";

export interface OwnRedis {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export interface OwnRedisOptions {
  /** Keeps the data; a second Redis on the same folder would spoil it, so that is refused. */
  dir: string;
  /** A free one when left out. */
  port?: number;
}

/** Loading a large file at start takes this long at most. */
const START_MS = 60_000;

/** @throws SetupError in one sentence, when it can't start. */
export async function startRedis({ dir: folder, port }: OwnRedisOptions): Promise<OwnRedis> {
  const program = redisProgram();
  if (!program) {
    throw new SetupError(
      "No Redis is here. Install redis-server, or set REDIS_URL to one that runs already.",
    );
  }
  mkdirSync(folder, { recursive: true });
  const dir = realpathSync(folder);
  await endLeftover(dir);
  const chosen = port ?? (await freePort());
  const server = startChild({ name: "redis", command: program, args: argumentsFor(dir, chosen), logs: dir });
  const url = `redis://127.0.0.1:${chosen}`;
  await answers(url, refusal(server, dir, chosen));
  writeFileSync(join(dir, RUNNING), JSON.stringify({ port: chosen, owner: process.pid }));
  return {
    url,
    pid: server.pid ?? 0,
    async stop() {
      await server.stop();
      rmSync(join(dir, RUNNING), { force: true });
    },
  };
}

function argumentsFor(dir: string, port: number): string[] {
  const settings = {
    port,
    bind: "127.0.0.1",
    dir,
    appendonly: "yes",
    appendfsync: "everysec",
    "maxmemory-policy": "noeviction",
    // The append-only file is all: no snapshots beside it. An empty value ends the list of Redis's own default.
    save: "",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function answers(url: string, refused: Promise<never>): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 25 });
  redis.on("error", () => {}); // until it listens
  const limit = AbortSignal.timeout(START_MS);
  const tooLate = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(new SetupError("Redis did not answer within a minute.")));
  });
  try {
    await Promise.race([redis.ping(), refused, tooLate]);
  } finally {
    redis.disconnect();
  }
}

/** Only ever rejects: when the server leaves before it answers, with what its log says about it. */
async function refusal(server: Child, dir: string, port: number): Promise<never> {
  const end = await server.ended;
  const log = server.lastLines(40);
  if (/Address already in use/i.test(log)) {
    throw new SetupError(
      `Port ${port} is in use. End the program that listens there, or choose another port.`,
    );
  }
  if (/append only file|append-only file|AOF|RDB|short read/i.test(log)) {
    throw new SetupError(
      `Redis can't read what it kept in ${dir} (its log: ${server.logFile}). Move that folder away to start with an empty one, or try redis-check-aof --fix on its appendonlydir.`,
    );
  }
  throw new SetupError(`Redis could not start: ${end}. ${server.lastLines(1)} (its log: ${server.logFile})`);
}

/** Names the port and the process that a folder's Redis serves. */
const RUNNING = "running.json";

/**
 * A Redis that still runs on this folder, because its owner and the guard were killed together, is ended first; one
 * whose owner lives is a second demo in the same checkout.
 */
async function endLeftover(dir: string): Promise<void> {
  const running = readRunning(dir);
  if (!running) return;
  const redis = new Redis(running.port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {}); // nothing listens there: the usual case
  try {
    await redis.connect();
    const [, served] = (await redis.config("GET", "dir")) as string[];
    if (served !== dir) return;
    if (isAlive(running.owner)) {
      throw new SetupError(
        `Process ${running.owner} already runs a Redis on ${dir}. End that one first, then run the same command again.`,
      );
    }
    await redis.shutdown("NOSAVE").catch(() => {}); // it closes the connection instead of answering
    await sleep(100);
  } catch (error) {
    if (error instanceof SetupError) throw error;
  } finally {
    redis.disconnect();
  }
}

function readRunning(dir: string): { port: number; owner: number } | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, RUNNING), "utf8"));
  } catch {
    return undefined;
  }
}
