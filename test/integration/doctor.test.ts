import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { checkDiscord } from "../../src/doctor/discord.ts";
import { checkEngine } from "../../src/doctor/engine.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { checkDisk, checkModel, checkWeights } from "../../src/doctor/model.ts";
import { checkRedis } from "../../src/doctor/redis.ts";
import { checkSettings } from "../../src/doctor/settings.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { places } from "../../src/setup/places.mjs";
import { freePort } from "../../src/setup/ports.ts";
import { onPath } from "../../src/setup/processes.mjs";
import { keys } from "../../src/store/keys.ts";
import { fileRedis, startTestRedis } from "../support/redis.ts";
import { makeDisk } from "../support/storm/disk.ts";

const GIB = 1024 ** 3;
const SETTINGS = { python: undefined, keep: [], recipes: [], weights: [] };
const disk = makeDisk();

const { server: redisServer, redis } = await fileRedis();
let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  await redis.config("SET", "maxmemory", String(6 * GIB));
  folder = mkdtempSync(join(tmpdir(), "quantspot-doctor-"));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sandbox.close();
  disk?.remove();
});

const states = (findings: Finding[]) => [...new Set(findings.map(({ state }) => state))];

/** The one thing that is wrong: what was found and what to do, in one text. */
function complaint(findings: Finding[]): string {
  const [found, ...more] = findings.filter(({ state }) => state !== "ok");
  if (!found || more.length > 0) throw new Error(`One complaint was expected: ${JSON.stringify(findings)}`);
  return `${found.state}: ${found.found} → ${found.todo}`;
}

describe("npm run doctor", () => {
  const doctor = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "src/doctor.ts", ...args], {
      env: { ...process.env, ...env },
    }).catch((error: { code: number; stdout: string; stderr: string }) => error);
  const healthy = () => ({
    DISCORD_TOKEN: sandbox.token,
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_GUILD_ID: sandbox.guildId,
    REDIS_URL: redisServer.url,
    QUANTSPOT_DEVICE: "cpu",
    QUANTSPOT_CACHE: folder,
  });

  it("finds nothing broken where nothing is, and leaves with 0", async () => {
    const { stdout } = await doctor(healthy(), "--json");
    const findings: Finding[] = JSON.parse(stdout);
    expect(findings.filter(({ state }) => state === "wrong")).toEqual([]);
    expect(findings.map(({ about }) => about)).toEqual(
      expect.arrayContaining([
        ...["Settings", "Discord's token", "Discord's intents", "Discord's gateway", "Discord's permissions"],
        ...["Redis", "Redis' memory policy", "Redis' persistence", "GPU", "Python packages", "Compiler"],
        ...["Recipes on cpu", "Model", "Disk of the engine's cache"],
      ]),
    );
  });

  it("leaves with 1 where something is, having said what to do and no secret", async () => {
    const broken = {
      ...{ ...healthy(), DISCORD_TOKEN: "a-wrong-token", REDIS_URL: "redis://:hidden@127.0.0.1:1" },
      LOG_LEVEL: "loud", // a setting that can't be used hid everything else
    };
    const { stdout, code } = { code: 0, ...(await doctor(broken, "--for", "bot")) };
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ Discord's token: Discord does not know it\n {4}→ Reset it/);
    expect(stdout).toMatch(/✗ Redis: nothing answers at 127.0.0.1, port 1 .*\n {4}→ Start Redis/);
    expect(stdout).toMatch(/✗ Settings: .*LOG_LEVEL: must be one of trace/s);
    expect(stdout).toContain("3 to mend");
    expect(stdout).not.toMatch(/a-wrong-token|hidden/);
  });
});

describe("settings", () => {
  it("that can't be used are named", () => {
    vi.stubEnv("QUANTSPOT_MEMBER_LIMIT", "many");
    vi.stubEnv("QUANTSPOT_QUEUE_LIMIT", "7");
    const { config, unusable, findings } = checkSettings("/nowhere");
    expect(config.limits.queue).toBe(7);
    expect(unusable).toEqual(["QUANTSPOT_MEMBER_LIMIT"]);
    expect(complaint(findings)).toMatch(/wrong: .*QUANTSPOT_MEMBER_LIMIT/s);
  });

  it("that do not exist are named, and a file with secrets that anybody can read", () => {
    vi.stubEnv("QUANTSPOT_MEMBERS_LIMIT", "3");
    const file = join(folder, "settings");
    writeFileSync(file, "", { mode: 0o644 });
    const { findings } = checkSettings(file);
    expect(findings.map(({ found }) => found).join()).toMatch(
      /QUANTSPOT_MEMBERS_LIMIT,others on this machine can read/,
    );
  });
});

describe("Discord", () => {
  const settings = () => ({
    ...{ token: sandbox.token, apiUrl: sandbox.apiUrl, guildId: sandbox.guildId, homeGuildId: undefined },
  });

  it("without a token", async () => {
    expect(complaint(await checkDiscord({ ...settings(), token: undefined }))).toMatch(
      /DISCORD_TOKEN is not set → Copy/,
    );
  });

  it("that can't be reached", async () => {
    const apiUrl = `http://127.0.0.1:${await freePort()}/api`;
    expect(complaint(await checkDiscord({ ...settings(), apiUrl }))).toMatch(
      /can't be reached .* → Check this machine's network/,
    );
  });

  it("in whose server the bot is not", async () => {
    const findings = await checkDiscord({ ...settings(), guildId: "123" });
    expect(complaint(findings)).toMatch(
      /not in server 123, which DISCORD_GUILD_ID names → Invite it.*permissions=309237746688/,
    );
  });

  it("whose server does not let the bot do what it must", async () => {
    const everyone = sandbox.world.guilds.get(sandbox.guildId)?.roles;
    const kept = [...(everyone?.values() ?? [])].map((role) => ({ role, permissions: role.permissions }));
    for (const { role } of kept) role.permissions = "1024";
    const findings = await checkDiscord(settings());
    for (const { role, permissions } of kept) role.permissions = permissions;
    expect(complaint(findings)).toMatch(
      /lacks Send Messages, Attach Files, Read Message History, Send Messages in Threads/,
    );
  });
});

describe("Redis", () => {
  const check = (url = redisServer.url) => checkRedis(url, 2 * GIB);

  it.each([
    [
      "maxmemory-policy",
      "allkeys-lru",
      "noeviction",
      /allkeys-lru: a full Redis would throw .* → Set `maxmemory-policy noeviction`/,
    ],
    ["appendonly", "no", "yes", /no append-only file: .* → Run `redis-cli config set appendonly yes`/],
    ["maxmemory", "0", String(6 * GIB), /no limit: .* → Set `maxmemory`/],
    [
      "maxmemory",
      String(GIB),
      String(6 * GIB),
      /limit of 1.0 GiB is under QUANTSPOT_IMAGE_BUDGET_GIB, 2.0 GiB/,
    ],
  ])("with %s %s", async (name, wrong, right, expected) => {
    await redis.config("SET", name, wrong);
    const findings = await check();
    await redis.config("SET", name, right);
    expect(complaint(findings)).toMatch(expected);
    expect(states(await check())).toEqual(["ok"]);
  });

  it("that takes another password", async () => {
    await redis.config("SET", "requirepass", "right");
    const url = redisServer.url.replace("//", "//:wrong@");
    const [missing, mistaken] = [await check(), await check(url)];
    await redis.config("SET", "requirepass", "");
    for (const findings of [missing, mistaken])
      expect(complaint(findings)).toMatch(/does not take the password .* → Correct REDIS_PASSWORD/);
  });

  it("whose data a newer version wrote", async () => {
    await redis.set(keys.version, "99");
    const findings = await check();
    await redis.del(keys.version);
    expect(complaint(findings)).toMatch(/written by a newer quantspot/);
  });

  // Incident: the doctor, sent to another program's Redis by a wrong REDIS_URL, left a key of ours in it.
  it("is only read", async () => {
    await redis.flushall();
    expect(states(await check())).toEqual(["ok"]);
    expect(await redis.keys("*")).toEqual([]);
  });

  it("that only copies another one", async () => {
    await redis.replicaof("127.0.0.1", 1);
    const findings = await check();
    await redis.replicaof("NO", "ONE");
    expect(complaint(findings)).toMatch(/it is a replica.* → Name the primary in REDIS_URL/);
  });

  it("that is too old", async () => {
    const info = "redis_version:5.0.7\r\nrole:master\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n";
    const more = "aof_last_write_status:ok\r\nused_memory:1\r\nmaxmemory:9000000000\r\n";
    const reply = `$${info.length + more.length}\r\n${info}${more}\r\n`;
    const old = createTcpServer((socket) =>
      socket.on("data", (sent) => {
        for (const command of sent
          .toString()
          .split(/^\*\d+\r\n/m)
          .slice(1))
          socket.write(/^info/im.test(command) ? reply : "$-1\r\n");
      }),
    );
    await new Promise<void>((resolve) => old.listen(0, "127.0.0.1", resolve));
    const findings = await check(`redis://127.0.0.1:${(old.address() as AddressInfo).port}`);
    old.close();
    expect(complaint(findings)).toMatch(/it is version 5.0.7 → Install 6.2 or newer/);
  });

  it.skipIf(!disk)("whose disk is full", async () => {
    const server = await startTestRedis(disk?.folder);
    const client = new Redis(server.url);
    await client.config("SET", "maxmemory", String(6 * GIB));
    disk?.fill();
    await client.set("key", "x".repeat(100_000)).catch(() => {}); // refused, or taken before the disk was found full
    await vi.waitFor(async () =>
      expect(await client.info("persistence")).toContain("aof_last_write_status:err"),
    );
    const findings = await check(server.url);
    disk?.empty();
    client.disconnect();
    await server.stop();
    expect(complaint(findings)).toMatch(/append-only file can't be written → Make room on Redis' disk/);
  });

  // Incident: to redis:// before a Redis with TLS the doctor said to start Redis there.
  it("that speaks TLS", async () => {
    const reset = createTcpServer((socket) => socket.resetAndDestroy()); // as Redis does with what is no handshake
    await new Promise<void>((resolve) => reset.listen(0, "127.0.0.1", resolve));
    const findings = await check(`redis://127.0.0.1:${(reset.address() as AddressInfo).port}`);
    reset.close();
    expect(complaint(findings)).toMatch(/breaks the connection off .*ECONNRESET.* → .* rediss:\/\//);
  });

  it("that speaks no TLS", async () => {
    expect(complaint(await check(redisServer.url.replace("redis:", "rediss:")))).toMatch(
      /no secure connection .* → REDIS_URL begins with rediss/,
    );
  });
});

describe("the engine's host", () => {
  const python = places.environmentPython;
  const check = (devices: string[], change = {}) => checkEngine({ devices, ...SETTINGS, ...change });
  const complaints = (findings: Finding[]) => findings.filter(({ state }) => state === "wrong");

  /** In the place of NVIDIA's tool. */
  function driver(script: string): void {
    const bin = mkdtempSync(join(folder, "bin-"));
    writeFileSync(join(bin, "nvidia-smi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, "nvidia-smi"), 0o755);
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  }

  it("without the GPU that is wanted", async () => {
    vi.stubEnv("PATH", "/nowhere");
    const findings = await check(["cuda:0"], { python: "/nowhere/python" });
    expect(complaints(findings).map(({ found }) => found)).toEqual([
      "QUANTSPOT_DEVICE wants cuda:0, and no NVIDIA driver is here",
      "QUANTSPOT_PYTHON names /nowhere/python, which is not there",
    ]);
    expect(findings.find(({ about }) => about === "Compiler")?.todo).toMatch(/apt install g\+\+/);
  });

  it("whose driver does not answer, or has fewer GPUs", async () => {
    driver("echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9");
    expect(complaints(await check(["cuda:0"], { python: "/nowhere" }))[0]).toMatchObject({
      found: expect.stringContaining("could not communicate with the NVIDIA driver"),
      todo: expect.stringContaining("Reboot"),
    });
    driver("echo 'NVIDIA H200, 570.1, 143771 MiB'");
    expect(complaints(await check(["cuda:1"], { python: "/nowhere" }))[0]?.found).toBe(
      "there is no cuda:1, only 1 GPUs",
    );
  });

  it("whose PyTorch is a build for CPUs", async () => {
    driver("echo 'NVIDIA H200, 570.1, 143771 MiB'");
    const findings = await check(["cuda:0"], { python });
    expect(findings).toContainEqual(
      expect.objectContaining({ about: "GPU", found: "NVIDIA H200, 570.1, 143771 MiB" }),
    );
    expect(complaints(findings).map(({ about }) => about)).toEqual(["PyTorch"]);
  });

  // Incident: the doctor found nothing wrong with settings with which no engine could start.
  it("whose engine could not start with the recipes and weights that are named", async () => {
    const file = join(folder, "empty.gguf");
    writeFileSync(file, "");
    const changes = [{ recipes: ["foo"] }, { weights: [{ recipe: "gguf-q4_1", place: file }] }];
    const found = changes.map(async (change) =>
      complaint(complaints(await check(["cpu"], { python, ...change }))),
    );
    expect(await Promise.all(found)).toEqual([
      expect.stringMatching(/QUANTSPOT_RECIPES names foo, which this engine does not know. → Correct/),
      expect.stringMatching(/empty.gguf is no GGUF file, or it is damaged or cut short. → Correct/),
    ]);
  });

  it("whose Python lacks the packages", async () => {
    const findings = await check(["cpu"], { python: onPath("python3") });
    expect(findings.find(({ about }) => about === "Python packages")).toMatchObject({
      state: "warning",
      todo: expect.stringContaining("-m pip install -r gpu-worker/requirements.lock"),
    });
  });
});

describe("the engine's environment", () => {
  const made = places.environmentPython;
  afterEach(() => {
    places.environmentPython = made;
  });
  const found = async (python: string) => {
    places.environmentPython = python;
    const findings = await checkEngine({ devices: ["cpu"], ...SETTINGS });
    return findings.filter(({ state }) => state === "wrong");
  };

  it("that is not made yet, or lacks packages", async () => {
    expect(complaint(await found("/nowhere"))).toMatch(/not made yet → Run: npm run worker/);
    expect(complaint(await found(onPath("python3") ?? ""))).toMatch(
      / is missing → Remove gpu-worker\/.venv, then run: npm run worker/,
    );
  });
});

describe("the model", () => {
  let hub: Server;
  let status = 200;
  beforeAll(async () => {
    hub = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => hub.close());
  const atHub = (code: number, model = "black-forest-labs/FLUX.1-dev") => {
    status = code;
    vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${(hub.address() as AddressInfo).port}`);
    vi.stubEnv("HF_HOME", folder);
    vi.stubEnv("HF_TOKEN", "");
    return checkModel(model);
  };

  it("in a folder", async () => {
    mkdirSync(join(folder, "empty"));
    expect(await checkModel("tiny")).toMatchObject({ state: "ok" });
    expect(complaint([await checkModel(join(folder, "empty"))])).toMatch(/no pipeline of diffusers/);
    expect(complaint([await checkModel("/nowhere/flux")])).toMatch(/there is no folder/);
    const weights = ["/nowhere/q4.gguf", "owner/repository/q4.gguf"].map((place) => ({
      recipe: "gguf-q4_k",
      place,
    }));
    expect(complaint(checkWeights(weights))).toMatch(/nowhere\/q4.gguf, for gguf-q4_k, is not there/);
  });

  it("in a folder that is damaged", async () => {
    const model = join(folder, "model");
    cpSync(join(places.engine, "models/tiny"), model, { recursive: true });
    expect(await checkModel(model)).toMatchObject({ state: "ok" });
    const weights = join(model, "transformer/diffusion_pytorch_model.safetensors");
    const damaged = async (damage: () => void) => {
      damage();
      return complaint([await checkModel(model)]);
    };
    expect(await damaged(() => truncateSync(weights, statSync(weights).size - 1))).toMatch(
      /transformer\/diffusion_pytorch_model.safetensors is missing, damaged or cut short → Copy or fetch/,
    );
    expect(await damaged(() => writeFileSync(weights, "no header at all"))).toMatch(/damaged or cut short/);
    expect(await damaged(() => rmSync(weights))).toMatch(/transformer holds no .safetensors file/);
    expect(await damaged(() => rmSync(join(model, "vae"), { recursive: true }))).toMatch(/vae is missing/);
    expect(await damaged(() => writeFileSync(join(model, "model_index.json"), "{"))).toMatch(
      /model_index.json is damaged/,
    );
  });

  it("at the hub: to be had, gated, unknown, out of reach", async () => {
    expect(await atHub(307)).toMatchObject({ state: "ok" });
    expect(complaint([await atHub(401)])).toMatch(
      /wants a login at the hub.* → Accept its licence .* HF_TOKEN/,
    );
    expect(complaint([await atHub(404)])).toMatch(/knows no black-forest-labs/);
    vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${await freePort()}`);
    expect(complaint([await checkModel("someone/flux")])).toMatch(/can't be reached .* not in the cache/);
  });

  it.skipIf(!disk)("without room on its disk", () => {
    expect(complaint(checkDisk("tiny", join(disk?.folder ?? "", "cache")))).toMatch(
      /wrong: 0.1 GiB free for .* → Free some space, or name a folder on another disk \(QUANTSPOT_CACHE/,
    );
  });

  it("without a disk for it", () => {
    writeFileSync(join(folder, "file"), "");
    expect(complaint(checkDisk("tiny", join(folder, "file")))).toMatch(
      /can't be used: .*EEXIST.* → Give this user the right/,
    );
  });
});
