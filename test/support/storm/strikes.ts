/** How each thing that can go wrong is brought about, and how it ends. */
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Exchange } from "../../../src/sandbox/index.ts";
import { enginesOf, type System } from "../system.ts";
import type { Disk } from "./disk.ts";
import type { Strike } from "./plan.ts";

const AWAY_MS = 5000;
const PAUSED_MS = 20_000;

/** The processes that run, and what is known of the world that they run in. */
export interface Field {
  system: System;
  bot: ChildProcess;
  worker: ChildProcess;
  asked: { command: string; exchange: Exchange }[];
  /** Names of presets that a moderator was told are there. */
  presets: string[];
  /** Where Redis keeps its files, when that can be filled. */
  disk: Disk | undefined;
}

/** Resolves when it is over. The one who struck has started again what was ended. */
export const strikes: Record<Strike, (field: Field) => Promise<void>> = {
  "engine killed": async ({ worker }) => {
    for (const pid of await enginesOf(worker)) process.kill(pid, "SIGKILL");
  },
  "worker killed": (field) => endWorker(field, "SIGKILL"),
  "worker told to stop": (field) => endWorker(field, "SIGTERM"),
  "bot killed": (field) => endBot(field, "SIGKILL"),
  "bot told to stop": (field) => endBot(field, "SIGTERM"),
  "Redis killed": ({ system }) => system.redisServer.killAndRestart(),
  "Redis paused for 20 s": async ({ system: { redisServer } }) => {
    const { pid } = redisServer;
    process.kill(pid, "SIGSTOP");
    await sleep(PAUSED_MS);
    process.kill(pid, "SIGCONT");
  },
  "Redis out of memory": async ({ system: { redis } }) => {
    await redis.config("SET", "maxmemory", 1);
    await sleep(AWAY_MS);
    await redis.config("SET", "maxmemory", 0);
  },
  "Redis's disk full": async ({ disk }) => {
    disk?.fill();
    await sleep(AWAY_MS);
    disk?.empty();
  },
  "Redis's connections broken": async ({ system: { redis } }) => {
    for (const type of ["pubsub", "normal"]) await redis.call("CLIENT", "KILL", "TYPE", type);
  },
  "gateway dropped": async ({ system: { sandbox } }) => sandbox.faults.dropGateway(),
  "gateway's session lost": async ({ system: { sandbox } }) =>
    sandbox.faults.dropGateway({ code: 4000, invalidateSession: true }),
  "Discord answers 503": async ({ system: { sandbox } }) => sandbox.faults.answer5xx(/webhooks|messages/, 20),
  "Discord limits the rate": async ({ system: { sandbox } }) =>
    sandbox.faults.rateLimit(/webhooks|messages/, 2, 5),
  "Discord's answers lost": async ({ system: { sandbox } }) =>
    sandbox.faults.loseAnswer(/webhooks|messages|callback/, 5),
  "tokens expired": async ({ system: { sandbox }, asked }) => {
    for (const { exchange } of asked) sandbox.faults.expireToken(exchange.interactionId);
  },
  "channel closed to the bot": async ({ system: { sandbox } }) => {
    sandbox.faults.denyPermission(sandbox.channelId, "SendMessages");
    sandbox.faults.denyPermission(sandbox.channelId, "ViewChannel");
    await sleep(AWAY_MS);
    sandbox.faults.allowPermission(sandbox.channelId, "ViewChannel");
    sandbox.faults.allowPermission(sandbox.channelId, "SendMessages");
  },
  "two bots": async ({ system }) => {
    const second = system.spawn("bot");
    await sleep(PAUSED_MS);
    await system.kill(second);
  },
  "clocks jump": async ({ bot, worker }) => {
    for (const child of [bot, worker]) child.kill("SIGUSR2");
    await sleep(AWAY_MS);
    for (const child of [bot, worker]) child.kill("SIGUSR2");
  },
};

async function endWorker(field: Field, signal: NodeJS.Signals): Promise<void> {
  await field.system.kill(field.worker, signal);
  field.worker = await field.system.startWorker();
}

async function endBot(field: Field, signal: NodeJS.Signals): Promise<void> {
  await field.system.kill(field.bot, signal);
  field.bot = await field.system.startBot();
}
