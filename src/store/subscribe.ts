/** Pub/sub that outlives Redis's restarts and refusals. */
import type { Redis } from "ioredis";

const AGAIN_MS = 1000;

/**
 * Subscribes at each new connection and, where Redis refuses (its permissions are being changed, say), again until it
 * does not. What was published meanwhile is not heard.
 * @param redis a connection of its own, since a subscribed one takes no other commands
 * @param onRefusal is told of each refusal
 */
export function staySubscribed(
  redis: Redis,
  channels: readonly string[],
  onRefusal: (error: unknown) => void,
): void {
  // When ioredis subscribes again by itself nobody can catch a refusal, and it would end the process.
  redis.options.autoResubscribe = false;
  let timer: NodeJS.Timeout | undefined;
  const subscribe = () => {
    clearTimeout(timer);
    redis.subscribe(...channels).catch((error: unknown) => {
      if (redis.status !== "ready") return; // the next connection asks again
      onRefusal(error);
      timer = setTimeout(subscribe, AGAIN_MS).unref();
    });
  };
  redis.on("ready", subscribe);
  redis.on("close", () => clearTimeout(timer));
  if (redis.status === "ready") subscribe();
}
