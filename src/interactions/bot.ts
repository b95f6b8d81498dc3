/** What every handler works with. Made once in src/bot.ts. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import type { Messages } from "../discord/messages.ts";
import type { ProgressReporter } from "../generation/progress.ts";
import type { Logger } from "../log.ts";
import type { PaceCache } from "../presets/pace.ts";
import type { PresetBook } from "../presets/preset.ts";
import type { Limits } from "../queue/order.ts";
import type { RequestProducer } from "../queue/producer.ts";
import type { QuizJobs } from "../queue/quizJobs.ts";
import type { Settings } from "../settings/settings.ts";
import type { ChartCache } from "../stats/cache.ts";
import type { Rates } from "../store/rates.ts";
import type { Recent } from "../store/recent.ts";

export interface Bot {
  /** Fails fast: a person waits. */
  redis: Redis;
  producer: RequestProducer;
  quizJobs: QuizJobs;
  limits: Limits;
  rates: Rates;
  directory: DirectoryCache;
  paces: PaceCache;
  /** Presets by server, for autocomplete. */
  presets: Recent<PresetBook>;
  /** Settings by server, for autocomplete. */
  settings: Recent<Settings>;
  charts: ChartCache;
  messages: Messages;
  progress: ProgressReporter;
  log: Logger;
  /** Its moderators may close the queue. */
  homeGuildId: string | undefined;
}
