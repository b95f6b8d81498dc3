/** What every handler works with. Made once in src/bot.ts. */
import type { Redis } from "ioredis";
import type { DirectoryCache } from "../backends/cache.ts";
import type { Messages } from "../discord/messages.ts";
import type { ProgressReporter } from "../generation/progress.ts";
import type { Logger } from "../log.ts";
import type { Limits } from "../queue/order.ts";
import type { RequestProducer } from "../queue/producer.ts";

export interface Bot {
  /** Fails fast: a person waits. */
  redis: Redis;
  producer: RequestProducer;
  limits: Limits;
  directory: DirectoryCache;
  messages: Messages;
  progress: ProgressReporter;
  log: Logger;
}
