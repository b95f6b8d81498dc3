/** The bot: logs in to Discord, queues what members ask for, delivers what the workers rendered. */
import { Client, Events, GatewayIntentBits } from "discord.js";
import { commands } from "../commands/index.ts";
import { DirectoryCache } from "./backends/cache.ts";
import { discordToken, exit, readConfigOrExit } from "./config.ts";
import { Messages } from "./discord/messages.ts";
import { register } from "./discord/register.ts";
import { route } from "./discord/router.ts";
import { answerAndDeliver } from "./generation/answer.ts";
import { ProgressReporter } from "./generation/progress.ts";
import { releaseReservations } from "./generation/submit.ts";
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

await client
  .login(token)
  .catch((error: Error) => exit(`Discord did not let the bot in: ${error.message}`));
const ready = client.isReady()
  ? client
  : await new Promise<Client<true>>((done) => client.once(Events.ClientReady, done));
const messages = new Messages(client.rest, ready.application.id, ready.user.id);
const directory = new DirectoryCache(redis);
const progress = new ProgressReporter({ redis: patient, messages, directory, log });
const producer = new RequestProducer(redis);
const bot = { redis, producer, limits: config.limits, directory, messages, progress, log };

route(client, bot, commands);
const changed = await register(client.rest, patient, ready.application.id, config.discord.guildId, commands);
progress.start();
const deliveries = startDeliveries(
  connectPatiently(config.redisUrl),
  (request, outcomes) => answerAndDeliver({ redis: patient, messages, directory, log }, request, outcomes),
  (error) => log.warn({ err: error }, "a delivery did not get through; it is tried again"),
);
const sweep = setInterval(() => {
  releaseReservations(bot).catch((error: unknown) =>
    log.warn({ err: error }, "reservations were not looked through"),
  );
}, SWEEP_EVERY_MS);
log.info({ user: ready.user.tag, servers: ready.guilds.cache.size, registered: changed }, "bot is ready");

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);

/** What is being delivered is finished; everything else waits in Redis for the next bot. */
async function leave(): Promise<void> {
  clearInterval(sweep);
  progress.stop();
  await client.destroy();
  await deliveries.close();
  await producer.close();
  for (const connection of [redis, patient]) connection.disconnect();
  process.exit(0);
}
