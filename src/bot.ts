/** The bot: logs in to Discord, queues what members ask for, delivers what the workers rendered. */
import { Client, Events, GatewayIntentBits } from "discord.js";
import { commands, definitions } from "../commands/index.ts";
import { DirectoryCache } from "./backends/cache.ts";
import { discordToken, exit, readConfigOrExit } from "./config.ts";
import { Messages } from "./discord/messages.ts";
import { register } from "./discord/register.ts";
import { answerAndDeliver, giveUp } from "./generation/answer.ts";
import { ProgressReporter } from "./generation/progress.ts";
import { settleReservations } from "./generation/submit.ts";
import { route } from "./interactions/router.ts";
import { createLog } from "./log.ts";
import { startDeliveries } from "./queue/deliveries.ts";
import { RequestProducer } from "./queue/producer.ts";
import { connectFailingFast, connectPatiently } from "./store/redis.ts";

const SWEEP_EVERY_MS = 30_000;

const config = readConfigOrExit();
const log = createLog("bot", config.logLevel);
const token = discordToken(config);

const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  allowedMentions: { parse: [] },
  rest: { api: config.discord.apiUrl },
});
const redis = connectFailingFast(config.redisUrl);
const patient = connectPatiently(config.redisUrl);
for (const connection of [redis, patient])
  connection.on("error", (error) => log.warn({ err: error }, "Redis is away"));
client.on(Events.Error, (error) => log.warn({ err: error }, "Discord's gateway reported an error"));
client.rest.on("rateLimited", (limit) =>
  log.debug({ route: limit.route, ms: limit.timeToReset }, "rate limited"),
);

await client.login(token).catch((error: Error) => exit(`Discord did not let the bot in: ${error.message}`));
const ready = client.isReady()
  ? client
  : await new Promise<Client<true>>((done) => client.once(Events.ClientReady, done));
const messages = new Messages(client.rest, ready.application.id, ready.user.id);
const directory = new DirectoryCache(redis);
const progress = new ProgressReporter({ redis: patient, messages, directory, log });
const producer = new RequestProducer(redis);
const bot = { redis, producer, limits: config.limits, directory, messages, progress, log };

route(client, bot, commands);
const changed = await register(
  client.rest,
  patient,
  ready.application.id,
  config.discord.guildId,
  definitions,
).catch((error: Error) =>
  exit(
    `The commands could not be registered: ${error.message}. Check DISCORD_GUILD_ID, and that the bot is in that server.`,
  ),
);
progress.start(connectPatiently(config.redisUrl));
const answering = { redis: patient, messages, directory, log };
const deliveries = startDeliveries(connectPatiently(config.redisUrl), {
  deliver: (request, outcomes) => answerAndDeliver(answering, request, outcomes),
  giveUp: (request, outcomes) => giveUp(answering, request, outcomes),
  onError: (error) => log.warn({ err: error }, "a delivery did not get through; it is tried again"),
});
const sweep = setInterval(() => {
  settleReservations({ ...bot, redis: patient }).catch((error: unknown) =>
    log.warn({ err: error }, "reservations were not settled"),
  );
}, SWEEP_EVERY_MS);
log.info({ user: ready.user.tag, servers: ready.guilds.cache.size, registered: changed }, "bot is ready");

let leaving = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, leave);

/** What is being delivered is finished; everything else waits in Redis for the next bot. */
async function leave(): Promise<void> {
  if (leaving) return; // a terminal's Ctrl-C arrives twice, from the terminal and from npm
  leaving = true;
  clearInterval(sweep);
  progress.stop();
  await deliveries.close();
  await client.destroy();
  await producer.close();
  process.exit(0);
}
