/** What a storm has left behind. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readPresets } from "../../../src/presets/changes.ts";
import { isAlive, type Journal } from "../engine.ts";
import { type Fate, judge } from "./fates.ts";
import type { Field } from "./strikes.ts";

export interface Aftermath {
  fates: Record<Fate, number>;
  /** Renders that engines began; more than were asked for, since some were begun again. */
  renders: number;
  /** What is wrong with a request, and what was asked. */
  problems: string[];
  /** Names of presets that a moderator was told are there, and how many of them are. */
  presets: { promised: string[]; kept: string[] };
  /** Process ids of engines that outlive their worker. */
  orphans: number[];
  /** Redis keys of single requests that nothing will ever remove. */
  keysLeft: string[];
  /** Lines that processes logged and that are no JSON: a library's own word, past the log. */
  strayLines: string[];
  /** Resident sets at the end, in MiB. */
  mebibytes: { bot: number; worker: number; redis: number };
}

/** A late second answer comes within this. */
const AFTERWARDS_MS = 2000;
const LEAVES_WITHIN_MS = 10_000;
/** What a request needs while it is open. Its record, its images and its jobs in the queue have an end of their own. */
const OF_OPEN_REQUESTS = /^quantspot:(progress|preview|token|editing|open|cancelled|counted|draft):/;

export async function survey(field: Field, journal: Journal): Promise<Aftermath> {
  const { system, bot, worker, asked } = field;
  await sleep(AFTERWARDS_MS);
  const fates: Record<Fate, number> = { answered: 0, failed: 0, refused: 0, "not taken in": 0, WRONG: 0 };
  const problems: string[] = [];
  for (const { command, exchange } of asked) {
    const { fate, problem } = await judge(system, exchange);
    fates[fate] += 1;
    if (problem !== undefined) problems.push(`${command}: ${problem}`);
  }
  const book = await readPresets(system.redis, system.sandbox.guildId);
  const mebibytes = {
    bot: residentMebibytes(bot.pid),
    worker: residentMebibytes(worker.pid),
    redis: residentMebibytes(system.redisServer.pid),
  };
  await system.kill(worker, "SIGTERM");
  return {
    ...{ fates, problems, mebibytes },
    renders: journal.entries("generate").length,
    presets: { promised: field.presets.toSorted(), kept: [...book.presets.keys()].toSorted() },
    orphans: await orphans(journal),
    keysLeft: await keysLeft(field),
    strayLines: system
      .logs()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("{")),
  };
}

async function orphans(journal: Journal): Promise<number[]> {
  const engines = journal.entries("start").map(({ pid }) => pid);
  const deadline = Date.now() + LEAVES_WITHIN_MS;
  while (engines.some(isAlive) && Date.now() < deadline) await sleep(50);
  return engines.filter(isAlive);
}

async function keysLeft({ system: { redis } }: Field): Promise<string[]> {
  const left: string[] = [];
  for (const key of await redis.keys("quantspot:*"))
    if (OF_OPEN_REQUESTS.test(key) && (await redis.ttl(key)) === -1) left.push(key);
  return left;
}

/** A process's resident set, as Linux tells it. */
export function residentMebibytes(pid: number | undefined): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kibibytes) / 1024);
}
