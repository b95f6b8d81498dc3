/**
 * `npm run bot`: one bot, or with QUANTSPOT_SHARDS one process for each shard of the servers, kept running by
 * discord.js's manager. Each process is src/bot.ts: what must happen once in all is done by the first shard's, what
 * belongs to a server by its own shard's, and deliveries by whoever is free.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { REST, Routes, type Shard, ShardingManager } from "discord.js";
import type { RESTGetAPIGatewayBotResult } from "discord-api-types/v10";
import { discordToken, exit, readConfigOrExit } from "./config.ts";
import { createLog } from "./log.ts";

/** Discord lets so many shards identify in so long, `max_concurrency` at a time. */
const IDENTIFY_EVERY_MS = 5500;
const READY_WITHIN_MS = 60_000;
const RESPAWN_MS = { first: 1000, most: 60_000 };

const config = readConfigOrExit();
if (config.discord.shards === undefined) await import("./bot.ts");
else await runShards(config.discord.shards);

async function runShards(wanted: number | "auto"): Promise<void> {
  const log = createLog("shards", config.logLevel);
  const token = discordToken(config);
  const rest = new REST({ api: config.discord.apiUrl }).setToken(token);
  const gateway = (await rest
    .get(Routes.gatewayBot())
    .catch((error: Error) =>
      exit(`Discord did not let the bot in: ${error.message}`),
    )) as RESTGetAPIGatewayBotResult;
  const manager = new ShardingManager(fileURLToPath(new URL("bot.ts", import.meta.url)), {
    token,
    totalShards: wanted === "auto" ? gateway.shards : wanted,
    execArgv: [`--import=${import.meta.resolve("tsx")}`],
    // The manager would start a shard that can't start again and again without a pause.
    respawn: false,
  });
  let leaving = false;
  manager.on("shardCreate", (shard) => keep(shard));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, leave);
  await manager
    .spawn({
      delay: IDENTIFY_EVERY_MS / gateway.session_start_limit.max_concurrency,
      timeout: READY_WITHIN_MS,
    })
    .catch((error: Error) => leaving || exit(`A shard did not start: ${error.message}`));
  log.info({ shards: manager.totalShards }, "every shard is ready");

  function keep(shard: Shard): void {
    let pause = RESPAWN_MS.first;
    let startedAt = Date.now();
    shard.on("death", async () => {
      if (leaving) return;
      pause =
        Date.now() - startedAt > RESPAWN_MS.most ? RESPAWN_MS.first : Math.min(pause * 2, RESPAWN_MS.most);
      log.error({ shard: shard.id, againInMs: pause }, "a shard has ended");
      await sleep(pause);
      if (leaving) return;
      startedAt = Date.now();
      shard
        .spawn(READY_WITHIN_MS)
        .catch((error: unknown) => log.error({ err: error, shard: shard.id }, "not yet"));
    });
  }

  /** Each shard finishes what it delivers. */
  async function leave(): Promise<void> {
    if (leaving) return; // a terminal's Ctrl-C arrives twice
    leaving = true;
    const children = [...manager.shards.values()].flatMap(({ process: child }) => child ?? []);
    await Promise.all(children.map(stop));
    process.exit(0);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
