import type { Client } from "discord.js";
import { describe, expect, it } from "vitest";
import { isFirst, isOwn } from "../../../src/discord/shard.ts";

/** As discord.js tells a process which shards it runs. */
const process = (ids: number[] | undefined, count = 2) =>
  ({ shard: ids ? { ids, count } : null }) as unknown as Client;
/** The second of two neighbours falls on the other of two shards. */
const guilds = ["4194304000000", "4194308194304"] as const;

describe("of two shards", () => {
  it("each serves its own servers, and the first does what is done once", () => {
    const [a, b] = [process([0]), process([1])];
    for (const guild of guilds) expect([isOwn(a, guild), isOwn(b, guild)].filter(Boolean)).toHaveLength(1);
    expect(isOwn(a, guilds[0])).not.toBe(isOwn(a, guilds[1]));
    expect([isFirst(a), isFirst(b)]).toEqual([true, false]);
  });

  it("a bot without shards is all of them", () => {
    const all = process(undefined);
    expect([isFirst(all), ...guilds.map((guild) => isOwn(all, guild))]).toEqual([true, true, true]);
  });
});
