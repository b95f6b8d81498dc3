/** Which part of the servers this process serves: all of them, unless src/shards.ts has started it as a shard. */
import { type Client, ShardClientUtil } from "discord.js";

/** Whether this process does what must be done once in all. */
export const isFirst = ({ shard }: Client): boolean => shard === null || shard.ids.includes(0);

/** Whether what happens in a server is told to this process. */
export const isOwn = ({ shard }: Client, guildId: string): boolean =>
  shard === null || shard.ids.includes(ShardClientUtil.shardIdForGuildId(guildId, shard.count));
