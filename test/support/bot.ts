/** The bot in the test's own process, as far as it listens: what it works with can be made to fail at any point. */
import { Client, Events, GatewayIntentBits } from "discord.js";
import { commands, definitions, messageCommands } from "../../commands/index.ts";
import { DirectoryCache } from "../../src/backends/cache.ts";
import { Messages } from "../../src/discord/messages.ts";
import { register } from "../../src/discord/register.ts";
import { ProgressReporter } from "../../src/generation/progress.ts";
import type { Bot } from "../../src/interactions/bot.ts";
import { route } from "../../src/interactions/router.ts";
import { readPresets } from "../../src/presets/changes.ts";
import { PaceCache } from "../../src/presets/pace.ts";
import { RequestProducer } from "../../src/queue/producer.ts";
import { QuizJobs } from "../../src/queue/quizJobs.ts";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { readSettings } from "../../src/settings/changes.ts";
import { ChartCache } from "../../src/stats/cache.ts";
import { Rates } from "../../src/store/rates.ts";
import { Recent } from "../../src/store/recent.ts";
import { connectPatiently } from "../../src/store/redis.ts";
import { silent } from "./engine.ts";
import { LIMITS } from "./request.ts";

export interface ListeningBot {
  /** What its handlers are given: a test may put another part in the place of one. */
  bot: Bot;
  stop(): Promise<void>;
}

/** Logged in, with its commands registered. It delivers nothing, edits no progress and sweeps nothing up. */
export async function startListening(sandbox: Sandbox, redisUrl: string): Promise<ListeningBot> {
  const redis = connectPatiently(redisUrl);
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: sandbox.apiUrl } });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(sandbox.token);
  const { application, user } = await ready;
  const messages = new Messages(client.rest, application.id, user.id);
  const directory = new DirectoryCache(redis);
  const bot: Bot = {
    ...{ redis, messages, directory, limits: LIMITS, log: silent, homeGuildId: sandbox.guildId },
    producer: new RequestProducer(redis),
    quizJobs: new QuizJobs(redis),
    rates: new Rates(redis),
    paces: new PaceCache(redis),
    presets: new Recent((guildId) => readPresets(redis, guildId)),
    settings: new Recent((guildId) => readSettings(redis, guildId)),
    charts: new ChartCache(),
    progress: new ProgressReporter({ redis, messages, directory, log: silent, shows: () => false }),
  };
  const { producer, quizJobs } = bot;
  route(client, bot, commands, messageCommands);
  await register(client.rest, redis, application.id, sandbox.guildId, definitions);
  const stop = async () => {
    await client.destroy();
    await Promise.all([producer.close(), quizJobs.stop()]);
    redis.disconnect();
  };
  return { bot, stop };
}
