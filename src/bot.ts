/** The bot: logs in to Discord, queues what members ask for, delivers what the workers rendered. */
import { Client, Events, GatewayIntentBits, Options } from "discord.js";
import { commands, definitions, messageCommands } from "../commands/index.ts";
import { DirectoryCache } from "./backends/cache.ts";
import { discordToken, exit, readConfigOrExit } from "./config.ts";
import { Messages } from "./discord/messages.ts";
import { rejectOnRateLimit } from "./discord/rateLimits.ts";
import { register } from "./discord/register.ts";
import { isFirst, isOwn } from "./discord/shard.ts";
import { answerAndDeliver, giveUp, settleFailed } from "./generation/answer.ts";
import { settleCancelled } from "./generation/cancelled.ts";
import { ProgressReporter } from "./generation/progress.ts";
import { settleReservations } from "./generation/submit.ts";
import { route } from "./interactions/router.ts";
import { createLog, sparingly } from "./log.ts";
import { readPresets } from "./presets/changes.ts";
import { PaceCache } from "./presets/pace.ts";
import { startDeliveries } from "./queue/deliveries.ts";
import { RequestProducer } from "./queue/producer.ts";
import { QuizJobs, startQuizWorker } from "./queue/quizJobs.ts";
import { settleQuiz } from "./quiz/settle.ts";
import { doQuizJob } from "./quiz/steps.ts";
import { readSettings } from "./settings/changes.ts";
import { ChartCache } from "./stats/cache.ts";
import { boardOf } from "./status/board.ts";
import { countDelivery, countDiscord, hearsGateway, measureDiscord } from "./status/bot.ts";
import { measureQueues } from "./status/queues.ts";
import { redisProblems } from "./status/readiness.ts";
import { serveStatus } from "./status/server.ts";
import { Rates } from "./store/rates.ts";
import { Recent } from "./store/recent.ts";
import { connectFailingFast, connectPatiently, watched } from "./store/redis.ts";
import { troubleText } from "./store/trouble.ts";
import { requireKnownData } from "./store/version.ts";
import { startSweeps } from "./sweeps.ts";
import { startTracing, stopTracing } from "./tracing.ts";

/** Of all servers, and of each. */
const MEMBERS_KEPT = 1000;
/** Longer than an answer takes to be sent; what is cut off is sent by the next bot. */
const LEAVE_MS = 20_000;

const config = readConfigOrExit();
const log = createLog("bot", config.logLevel);
const token = discordToken(config);

const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  allowedMentions: { parse: [] },
  rest: { api: config.discord.apiUrl, rejectOnRateLimit },
  // An interaction brings its member and message along. By itself discord.js keeps every member that it has met, and two
  // hundred messages of each channel, for as long as the process lives.
  makeCache: Options.cacheWithLimits({
    ...Options.DefaultMakeCacheSettings,
    MessageManager: 0,
    UserManager: MEMBERS_KEPT,
    GuildMemberManager: {
      maxSize: MEMBERS_KEPT,
      keepOverLimit: ({ id, client: { user } }) => id === user.id,
    },
  }),
});
const redis = connectFailingFast(config.redisUrl);
const patient = watched(connectPatiently(config.redisUrl), log);
const subscriber = connectPatiently(config.redisUrl);
subscriber.on("error", () => {}); // the patient one says it
const problemsOfRedis = redisProblems(redis);
client.on(Events.Error, (error) => log.warn({ err: error }, "Discord's gateway reported an error"));
client.rest.on("rateLimited", (limit) =>
  log.debug({ route: limit.route, ms: limit.timeToReset }, "rate limited"),
);
countDiscord(client);
// Without the process that keeps the shards there is nobody to be a shard of; there is nothing to finish yet.
if (client.shard && !process.connected) process.exit(1);
process.on("disconnect", leaveAtOnce);
const { host, port, boardPassword } = config.status;
if (port !== undefined)
  await serveStatus({
    host,
    port: port + (client.shard?.ids[0] ?? 0),
    problems: async () => [
      ...(hearsGateway(client) ? [] : ["Discord's gateway is not connected."]),
      ...(await problemsOfRedis()),
    ],
    measure: async () => {
      measureDiscord(client);
      await measureQueues(redis);
    },
    extend: boardOf(redis, host, boardPassword),
  });

await startTracing("quantspot-bot", config.tracesEndpoint, log);
await requireKnownData(patient).catch((error: Error) => exit(troubleText(patient, error)));
await client.login(token).catch((error: Error) => exit(`Discord did not let the bot in: ${error.message}`));
const ready = client.isReady()
  ? client
  : await new Promise<Client<true>>((done) => client.once(Events.ClientReady, done));
const messages = new Messages(client.rest, ready.application.id, ready.user.id);
const directory = new DirectoryCache(redis);
const progress = new ProgressReporter({
  ...{ redis: patient, messages, directory, log },
  shows: (guildId) => isOwn(client, guildId),
});
const presets = new Recent((guildId) => readPresets(redis, guildId));
const settings = new Recent((guildId) => readSettings(redis, guildId));
const producer = new RequestProducer(redis);
const quizJobs = new QuizJobs(redis);
const bot = {
  ...{ redis, producer, quizJobs, limits: config.limits, rates: new Rates(redis) },
  ...{
    directory,
    paces: new PaceCache(redis),
    presets,
    settings,
    charts: new ChartCache(),
    messages,
    progress,
    log,
  },
  homeGuildId: config.discord.homeGuildId,
};

route(client, bot, commands, messageCommands);
const changed =
  isFirst(client) &&
  (await register(client.rest, patient, ready.application.id, config.discord.guildId, definitions).catch(
    (error: Error) =>
      exit(
        `The commands could not be registered: ${error.message}. Check DISCORD_GUILD_ID, and that the bot is in that server.`,
      ),
  ));
progress.start(subscriber);
const onTrouble = sparingly((error) => log.warn({ err: error }, "a queue can't be worked on; trying on"));
const answering = { redis: patient, messages, directory, quizJobs, log };
const deliveries = startDeliveries(connectPatiently(config.redisUrl), {
  deliver: (request, outcomes) => answerAndDeliver(answering, request, outcomes),
  giveUp: (request, outcomes, cause) => giveUp(answering, request, outcomes, cause),
  onFailure: (error, requestId) => {
    countDelivery("retried");
    log.warn({ err: error, requestId }, "a delivery did not get through; it is tried again");
  },
  onTrouble,
});
const patiently = { ...bot, redis: patient };
const quizWorker = startQuizWorker(connectPatiently(config.redisUrl), (job) => doQuizJob(patiently, job), {
  onFailure: (error) => log.warn({ err: error }, "a step of the quiz failed; it is tried again"),
  onTrouble,
});
const stopSweeps = startSweeps(
  {
    "reservations were not settled": () => settleReservations(patiently, log),
    "cancelled requests were not settled": () => settleCancelled(patiently, log),
    // Two at once could each say so.
    "failed deliveries were not settled": async () => {
      if (isFirst(client)) await settleFailed(answering, producer);
    },
    "the quiz was not settled": () => settleQuiz(patiently),
  },
  log,
);
log.info(
  { user: ready.user.tag, shards: client.shard?.ids, servers: ready.guilds.cache.size, registered: changed },
  "bot is ready",
);

let leaving = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, leave);
process.off("disconnect", leaveAtOnce).on("disconnect", leave);

function leaveAtOnce(): void {
  process.exit(1);
}

/** What is being delivered is finished; everything else waits in Redis for the next bot. */
async function leave(): Promise<void> {
  if (leaving) return; // a terminal's Ctrl-C arrives twice, from the terminal and from npm
  leaving = true;
  setTimeout(() => process.exit(1), LEAVE_MS).unref(); // with Redis away nothing can be finished
  stopSweeps();
  progress.stop();
  await Promise.all([deliveries.close(), quizWorker.close()]);
  await client.destroy();
  await Promise.all([producer.close(), quizJobs.stop(), stopTracing()]);
  process.exit(0);
}
