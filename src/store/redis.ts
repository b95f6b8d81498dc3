/** ioredis connections. Each use has its own kind, because they must fail in different ways. */
import { Redis } from "ioredis";
import type { Logger } from "../log.ts";
import { troubleWith } from "./trouble.ts";

/**
 * A primary that has become a replica keeps its connections, and the address leads to another one by now. The refused
 * command fails: sent again by itself, one of a transaction would be carried out without the others.
 */
const reconnectOnError = (error: Error): boolean => error.message.startsWith("READONLY");

/**
 * For whoever answers a person: with Redis away a command fails within the time-out instead of waiting in a queue.
 */
export function connectFailingFast(url: string): Redis {
  return new Redis(url, {
    enableOfflineQueue: false,
    commandTimeout: 1500,
    connectTimeout: 1500,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
    reconnectOnError,
  });
}

/** For background work (BullMQ's workers ask for it): commands wait until Redis is back. */
export function connectPatiently(url: string): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
    reconnectOnError,
  });
}

/** Says once that Redis is away, and once that it is back. */
export function watched(redis: Redis, logger: Logger): Redis {
  let away = false;
  redis.on("error", (error: Error) => {
    const { found, todo } = troubleWith(redis, error);
    if (!away) logger.warn({ err: error }, `Redis can't be reached; trying on: ${found}. ${todo}`);
    away = true;
  });
  redis.on("ready", () => {
    if (away) logger.info("Redis is back");
    away = false;
  });
  return redis;
}

/**
 * What ioredis says of a connection, and Redis of itself: out of memory, disk full, reading its file, a replica now, too
 * few replicas.
 */
const AWAY =
  /timed out|[Cc]onnection is closed|isn't writeable|max retries|ECONN|EPIPE|\b(OOM|MISCONF|LOADING|READONLY|NOREPLICAS)\b/;

/** Whether a command failed because Redis can't be reached or takes nothing, and not because of what was asked. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Of a transaction the commands before its end were refused.
  const previous: unknown = "previousErrors" in error ? error.previousErrors : undefined;
  return AWAY.test(error.message) || (Array.isArray(previous) && previous.some(isAway));
}
