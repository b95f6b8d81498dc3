import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { isAlive } from "../../../src/setup/alive.mjs";
import { places } from "../../../src/setup/places.mjs";
import { freePort } from "../../../src/setup/ports.ts";
import { type OwnRedis, startRedis } from "../../../src/setup/redis.ts";
import { tempFolder } from "./checkout.ts";

test("keeps what it was told over a restart, on a port of its own", async () => {
  const dir = tempFolder();
  const first = await startRedis({ dir });
  await tell(first, (redis) => redis.set("key", "value"));
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await startRedis({ dir });
  expect(await tell(second, (redis) => redis.get("key"))).toBe("value");
  expect(await tell(second, (redis) => redis.config("GET", "maxmemory-policy"))).toContain("noeviction");
  await second.stop();
});

test("a port in use is one sentence", async () => {
  const port = await freePort();
  const server = createServer().listen(port, "127.0.0.1");
  await expect(startRedis({ dir: tempFolder(), port })).rejects.toThrow(`Port ${port} is in use.`);
  server.close();
});

test("a spoilt append-only file is one sentence", async () => {
  const dir = tempFolder();
  const redis = await startRedis({ dir });
  await tell(redis, (client) => client.set("key", "value"));
  await redis.stop();
  const kept = join(dir, "appendonlydir");
  for (const file of readdirSync(kept)) {
    if (file.endsWith(".aof")) writeFileSync(join(kept, file), "no append-only file at all\n");
  }
  await expect(startRedis({ dir })).rejects.toThrow(/can't read what it kept in .* Move that folder away/);
});

test("a torn last write costs only that write", async () => {
  const dir = tempFolder();
  const redis = await startRedis({ dir });
  await tell(redis, (client) => client.set("first", "value"));
  await tell(redis, (client) => client.set("second", "x".repeat(100)));
  await redis.stop();
  const kept = join(dir, "appendonlydir");
  const file = readdirSync(kept).find((name) => name.endsWith(".incr.aof")) ?? "";
  truncateSync(join(kept, file), 160);
  const again = await startRedis({ dir });
  expect(await tell(again, (client) => client.get("first"))).toBe("value");
  await again.stop();
});

test("a second one on the same folder is refused while the first one's owner lives", async () => {
  const dir = tempFolder();
  const redis = await startRedis({ dir });
  await expect(startRedis({ dir })).rejects.toThrow(`Process ${process.pid} already runs a Redis on`);
  await redis.stop();
});

test("it does not outlive an owner that was killed", async () => {
  const owner = await startOwner(tempFolder());
  owner.process.kill("SIGKILL");
  await expect.poll(() => isAlive(owner.redis.pid), { timeout: 8_000 }).toBe(false);
});

test("one that outlived its owner and the guard is ended at the next start", async () => {
  const dir = tempFolder();
  const owner = await startOwner(dir);
  process.kill(owner.guard, "SIGKILL");
  owner.process.kill("SIGKILL");
  await once(owner.process, "exit");
  const redis = await startRedis({ dir });
  await expect.poll(() => isAlive(owner.redis.pid)).toBe(false);
  await redis.stop();
});

/** Another process that starts a Redis, to be killed. */
async function startOwner(dir: string) {
  const program = join(tempFolder(), "owner.mts");
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    program,
    `import { startRedis } from ${JSON.stringify(join(places.root, "src/setup/redis.ts"))};
     import { readFileSync } from "node:fs";
     const redis = await startRedis({ dir: ${JSON.stringify(dir)} });
     const children = readFileSync(\`/proc/self/task/\${process.pid}/children\`, "utf8").trim().split(" ");
     const guard = Number(children.find((pid) => readFileSync(\`/proc/\${pid}/cmdline\`, "utf8").includes("guard")));
     console.log(JSON.stringify({ redis, guard }));
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, ["--import", "tsx", program], {
    cwd: places.root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { redis, guard } = JSON.parse(value) as { redis: OwnRedis; guard: number };
  return { process: child, redis, guard };
}

async function tell<T>({ url }: OwnRedis, what: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await what(redis);
  } finally {
    redis.disconnect();
  }
}
