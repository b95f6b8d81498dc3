/** `npm run demo`: the whole product on this machine alone, with a local Discord in the place of the real one. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { runHeadless } from "./demo/headless.ts";
import { dropLeftovers } from "./demo/leftovers.ts";
import { type DemoOptions, parseOptions, USAGE, UsageError } from "./demo/options.ts";
import { Program } from "./demo/program.ts";
import { type Sandbox, startSandbox } from "./sandbox/index.ts";
import { onStopSignal } from "./setup/children.ts";
import { places } from "./setup/places.mjs";
import { startRedis } from "./setup/redis.ts";
import { present } from "./store/presence.ts";
import { connectPatiently } from "./store/redis.ts";

const HINTS = [
  '/generate prompt:"a red sailboat on the sea at sunset"',
  '/generate prompt:"a black cat with green eyes on a yellow background" backend:torchao-int8',
  '/generate prompt:"three yellow stars on a dark blue background" backend:gguf-q2_k seed:7',
];
const READY_MS = 120_000;
const POLL_MS = 50;

const options = readOptions();
const tell = (line: string) => options.json || process.stderr.write(`${line}\n`);
const stops: (() => Promise<void>)[] = [];
const leaving = new AbortController();
let failed = false;
onStopSignal(() => leaving.abort());

try {
  process.exitCode = (await demo(options)) ? 0 : 1;
} catch (error) {
  if (!leaving.signal.aborted) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.exit();

/** @returns whether all went as asked */
async function demo(options: DemoOptions): Promise<boolean> {
  const { sandbox, redis } = await start(options);
  if (options.run.length > 0) {
    tell("Waiting for the image engine …");
    await until("the image engine to be ready", () => engineIsReady(redis));
    return Promise.race([runHeadless(sandbox, redis, options), left()]);
  }
  process.stdout.write(
    `\n  quantspot is ready:  ${sandbox.url}\n\n  Ctrl-C ends it. Logs are in .state/logs.\n\n`,
  );
  await left();
  tell("Ending everything …");
  return !failed;
}

async function start({ port }: DemoOptions): Promise<{ sandbox: Sandbox; redis: Redis }> {
  const redisUrl = process.env.REDIS_URL || (await startOwnRedis());
  const sandbox = await startSandbox({ port, hints: HINTS }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is in use. Free it, or name another: npm run demo -- --port 8081`);
  });
  stops.push(() => sandbox.close());
  const redis = connectPatiently(redisUrl);
  stops.push(async () => redis.disconnect());
  const env = {
    ...process.env,
    DISCORD_TOKEN: sandbox.token,
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_GUILD_ID: sandbox.guildId,
    DISCORD_HOME_GUILD_ID: sandbox.guildId,
    REDIS_URL: redisUrl,
  };
  tell("Starting the bot and a worker …");
  const programs = (["bot", "worker"] as const).map(
    (name) =>
      new Program(name, env, (reason) => {
        process.stderr.write(`${reason}\n`);
        failed = true;
        leaving.abort();
      }),
  );
  stops.push(async () => {
    await Promise.all(programs.map((program) => program.stop()));
  });
  await until(
    "the bot to log in",
    () => sandbox.isBotOnline && sandbox.world.commandsOf(sandbox.guildId).length > 0,
  );
  return { sandbox, redis };
}

/** False, as soon as somebody has asked the demo to end. */
function left(): Promise<false> {
  return new Promise((resolve) => {
    if (leaving.signal.aborted) resolve(false);
    leaving.signal.addEventListener("abort", () => resolve(false));
  });
}

async function startOwnRedis(): Promise<string> {
  tell("Starting Redis …");
  const server = await startRedis({ dir: join(places.state, "redis") });
  stops.push(() => server.stop());
  const redis = connectPatiently(server.url);
  await dropLeftovers(redis);
  redis.disconnect();
  return server.url;
}

async function engineIsReady(redis: Redis): Promise<boolean> {
  const engines = (await present(redis)).flatMap((worker) => worker.engines);
  const failing = engines.find(({ state }) => state === "failing");
  if (failing) throw new Error(`The image engine can't run: ${failing.problem}`);
  return engines.some(({ state }) => state === "ready");
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await condition())) {
    leaving.signal.throwIfAborted();
    if (Date.now() > deadline)
      throw new Error(`Waited ${READY_MS / 1000} s in vain for ${what}; see .state/logs.`);
    await sleep(POLL_MS);
  }
}

function readOptions(): DemoOptions {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    process.stdout.write(`${USAGE}\n`);
    return process.exit(0);
  }
  try {
    return parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return process.exit(2);
  }
}
