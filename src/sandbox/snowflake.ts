import type { Clock } from "./clock.ts";

/** The first second of 2015, from which Discord's ids count. */
const DISCORD_EPOCH = 1_420_070_400_000n;

export function snowflakeAt(timestamp: number, increment = 0): string {
  return (((BigInt(Math.trunc(timestamp)) - DISCORD_EPOCH) << 22n) | BigInt(increment)).toString();
}

export function timestampOf(snowflake: string): number {
  return Number((BigInt(snowflake) >> 22n) + DISCORD_EPOCH);
}

/** Which shard hears of a guild, as Discord's documentation computes it. Everything else is on shard 0. */
export function shardOf(guildId: string | undefined, shardCount: number): number {
  return guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}

/** Ids that only grow, also when the clock does not: messages are ordered by them. */
export function snowflakes(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const next = BigInt(snowflakeAt(clock.now()));
    last = next > last ? next : last + 1n;
    return last.toString();
  };
}

/** For sorting by age; ids outgrow the integers that a double holds. */
export function byId(a: { id: string }, b: { id: string }): number {
  const [left, right] = [BigInt(a.id), BigInt(b.id)];
  return left < right ? -1 : left > right ? 1 : 0;
}
