/** What the quiz's steps need of a bot, without one: a Redis of its own and a way to Discord. */
import { REST } from "discord.js";
import { Redis } from "ioredis";
import { pino } from "pino";
import { DirectoryCache } from "../../src/backends/cache.ts";
import { Messages } from "../../src/discord/messages.ts";
import { rejectOnRateLimit } from "../../src/discord/rateLimits.ts";
import { RequestProducer } from "../../src/queue/producer.ts";
import { QuizJobs } from "../../src/queue/quizJobs.ts";
import type { QuizPorts } from "../../src/quiz/steps.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { Rates } from "../../src/store/rates.ts";
import { afterTests, startTestRedis } from "./redis.ts";

/** With a local Discord, for this test file alone, until its tests have ended. Call it at the file's top. */
export async function fileQuizPorts() {
  const sandbox = await startSandbox();
  await afterTests(() => sandbox.close()); // what is registered last runs first
  const { redis, ports, stop } = await startQuizPorts(sandbox);
  await afterTests(stop);
  return { sandbox, redis, ports };
}

export async function startQuizPorts(sandbox?: Sandbox) {
  const server = await startTestRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const applicationId = sandbox?.world.applicationId ?? "1";
  const rest = new REST({ retries: 0, rejectOnRateLimit, ...(sandbox && { api: sandbox.apiUrl }) });
  if (sandbox) rest.setToken(sandbox.token);
  const ports: QuizPorts = {
    redis,
    producer: new RequestProducer(redis),
    limits: { queue: 100, perMember: 1 },
    quizJobs: new QuizJobs(redis),
    messages: new Messages(rest, applicationId, applicationId),
    directory: new DirectoryCache(redis),
    rates: new Rates(redis),
    log: pino({ level: "silent" }),
  };
  const stop = async () => {
    await ports.producer.close();
    await ports.quizJobs.stop();
    redis.disconnect();
    await server.stop();
  };
  return { redis, ports, stop };
}
