/** Backup and restore as docs/operating.md has them, and what an older version left in Redis. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPreset, readPresets } from "../../../src/presets/changes.ts";
import { RenderWorker } from "../../../src/queue/renderWorker.ts";
import { onPath } from "../../../src/setup/processes.mjs";
import { keys } from "../../../src/store/keys.ts";
import { DATA_VERSION, DataTooNew, requireKnownData } from "../../../src/store/version.ts";
import { Journal } from "../../support/engine.ts";
import { startTestRedis, type TestRedis } from "../../support/redis.ts";
import { TestBot, workerOptions } from "../../support/renderWorker.ts";

const GUILD = "200";
const desk = (bot: TestBot) => ({ redis: bot.redis, guildId: GUILD, by: "500" });
/** A waiting request and a preset, written by the first version; nothing in it expires. */
const VERSION_1 = "test/fixtures/redis/data-1.rdb";
const hasTools = onPath("redis-server") !== undefined && onPath("redis-cli") !== undefined;

let folder: string;
let journal: Journal;
let stops: (() => Promise<unknown>)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quantspot-backup-"));
  journal = new Journal();
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  journal.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function start(data?: string): Promise<{ server: TestRedis; bot: TestBot }> {
  const server = await startTestRedis(data);
  stops.push(() => server.stop());
  const bot = new TestBot(server.url);
  stops.push(() => bot.close());
  return { server, bot };
}

function startWorker(server: TestRedis): void {
  const worker = new RenderWorker(workerOptions(server.url, journal));
  stops.push(() => worker.stop(0));
}

function restore(dump: string): string {
  const data = mkdtempSync(join(folder, "data-"));
  execFileSync("deploy/restore.sh", [dump, data]);
  return data;
}

describe.skipIf(!hasTools)("a backup (apt-get install redis-server)", () => {
  it("is taken while everything runs, and on another Redis what waited goes on and what was decided holds", async () => {
    const before = await start();
    await requireKnownData(before.bot.redis);
    await createPreset(desk(before.bot), "house", { backend: "torchao-int8", bits: 8, limits: {} });
    const asked = await before.bot.ask("after the fire");
    const dump = join(folder, "quantspot.rdb");
    execFileSync("redis-cli", ["-u", before.server.url, "--rdb", dump], { stdio: "ignore" });
    await before.bot.ask("too late for the backup");

    const after = await start(restore(dump));
    startWorker(after.server);
    expect(await after.bot.answer(asked)).toMatchObject({ ended: "rendered" });
    expect(journal.entries("generate").map(({ prompt }) => prompt)).toEqual(["after the fire"]);
    expect((await readPresets(after.bot.redis, GUILD)).presets.get("house")?.value.backend).toBe(
      "torchao-int8",
    );
    await after.server.killAndRestart();
    expect(await after.bot.redis.get(keys.version)).toBe(String(DATA_VERSION));
  });

  it("is not written over data that is there", async () => {
    const data = restore(VERSION_1);
    expect(() => execFileSync("deploy/restore.sh", [VERSION_1, data], { stdio: "pipe" })).toThrow(
      /holds data already/,
    );
    expect(existsSync(join(data, "appendonlydir"))).toBe(true);
  });

  it("of data version 1 is understood: what waited is rendered, presets are there", async () => {
    const { server, bot } = await start(restore(VERSION_1));
    await requireKnownData(bot.redis);
    startWorker(server);
    const [id = ""] = await bot.redis.zrange(keys.open, "0", "-1");
    await expect.poll(() => bot.answers.map((answer) => answer.id), { timeout: 10_000 }).toEqual([id]);
    expect(bot.answers[0]?.outcomes).toMatchObject([{ ended: "rendered" }]);
    const { presets } = await readPresets(bot.redis, GUILD);
    expect(presets.get("house")?.value.backend).toBe("torchao-int8");
  });
});

it("data of a newer version is refused in one sentence, and left alone", async () => {
  const { server, bot } = await start();
  await requireKnownData(bot.redis);
  expect(await bot.redis.get(keys.version)).toBe(String(DATA_VERSION));
  await bot.redis.set(keys.version, DATA_VERSION + 1);
  await expect(requireKnownData(bot.redis)).rejects.toThrow(DataTooNew);
  const env = { ...process.env, REDIS_URL: server.url, DISCORD_TOKEN: "unused" };
  const programs = ["bot", "worker"].map((program) =>
    expect(
      promisify(execFile)(process.execPath, ["--import", "tsx", `src/${program}.ts`], { env }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The data in this Redis was written by a newer quantspot .*\n$/),
    }),
  );
  await Promise.all(programs);
});
