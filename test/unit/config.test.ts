import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError, readConfig, settingNames } from "../../src/config.ts";

describe("settings", () => {
  it("are all documented in .env.example, and nothing else is", () => {
    expect(Object.keys(parse(readFileSync(".env.example"))).sort()).toEqual(settingNames.toSorted());
  });

  it("have defaults: an empty environment is a valid one", () => {
    expect(readConfig({})).toMatchObject({
      redisUrl: "redis://127.0.0.1:6379",
      engine: { model: "tiny", devices: ["auto"] },
    });
  });

  it("are read as .env.example has them", () => {
    expect(readConfig(parse(readFileSync(".env.example")))).toEqual(readConfig({}));
  });

  it("name everything that is wrong at once, and what it should be", () => {
    const read = () =>
      readConfig({
        REDIS_URL: "http://x",
        QUANTSPOT_QUEUE_LIMIT: "-1",
        DISCORD_GUILD_ID: "mine",
        QUANTSPOT_WEIGHTS: "file.gguf",
        QUANTSPOT_SHARDS: "many",
        QUANTSPOT_MEMBER_LIMIT: "few",
      });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/REDIS_URL: must be an address such as redis:\/\/127.0.0.1:6379\n/);
    expect(read).toThrow(/QUANTSPOT_SHARDS: must be auto, or a number/);
    expect(read).toThrow(/QUANTSPOT_MEMBER_LIMIT: must be a number/);
    expect(read).toThrow(/DISCORD_GUILD_ID: must be a Discord id/);
    expect(read).toThrow(/QUANTSPOT_QUEUE_LIMIT: must be a whole number above 0/);
    expect(read).toThrow(/QUANTSPOT_WEIGHTS.*must be entries such as gguf-q4_k=FILE/);
  });

  // Incident: a port out of range "must be a number", and of names that are none the library's own words were shown.
  it("say which values they take", () => {
    const read = () =>
      readConfig({
        ...{ REDIS_URL: "redis://:secret@localhost:99999", QUANTSPOT_STATUS_PORT: "99999999" },
        ...{
          LOG_LEVEL: "loud",
          QUANTSPOT_T5: "int2",
          QUANTSPOT_BUDGET_GIB: "0",
          DISCORD_TOKEN_FILE: "/nowhere",
        },
      });
    expect(read).toThrow(/REDIS_URL: has a port above 65535/);
    expect(read).toThrow(/QUANTSPOT_STATUS_PORT: must be a port, from 1 to 65535/);
    expect(read).toThrow(/LOG_LEVEL: must be one of trace, debug, info, warn, error, silent/);
    expect(read).toThrow(/QUANTSPOT_T5: must be one of bf16, int8, nf4, fp8/);
    expect(read).toThrow(/QUANTSPOT_BUDGET_GIB: must be a number above 0/);
    expect(read).toThrow(/DISCORD_TOKEN_FILE names \/nowhere/);
    expect(read).not.toThrow(/secret/);
  });

  it("take a secret from a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "quantspot-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "token");
    writeFileSync(file, "secret\n");
    expect(readConfig({ DISCORD_TOKEN_FILE: file }).discord.token).toBe("secret");
    expect(() => readConfig({ DISCORD_TOKEN_FILE: "/nowhere" })).toThrow(
      /DISCORD_TOKEN_FILE names \/nowhere, which does not exist/,
    );
  });

  // Incident: a secret's file that was a folder, or not the bot's to read, ended bot and doctor with a stack trace.
  it("say which secret's file can't be read, and what else is wrong", () => {
    const read = () => readConfig({ DISCORD_TOKEN_FILE: tmpdir(), QUANTSPOT_QUEUE_LIMIT: "-1" });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/DISCORD_TOKEN_FILE names \/\S+, which can't be read \(EISDIR\)/);
    expect(read).toThrow(/QUANTSPOT_QUEUE_LIMIT/);
  });

  it("put Redis' password into its address, whatever characters it has", () => {
    const { redisUrl } = readConfig({ REDIS_URL: "rediss://redis:6380/1", REDIS_PASSWORD: "a%b/c@d" });
    expect(redisUrl).toBe("rediss://:a%25b%2Fc%40d@redis:6380/1");
    expect(decodeURIComponent(new URL(redisUrl).password)).toBe("a%b/c@d");
  });
});
