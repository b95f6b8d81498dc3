/** What Redis says of itself. */
import type { Redis } from "ioredis";

/** Every field of INFO, by Redis' own names. */
export async function redisInfo(redis: Redis): Promise<Map<string, string>> {
  const lines = (await redis.info()).split("\r\n").filter((line) => line.includes(":"));
  return new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
}
