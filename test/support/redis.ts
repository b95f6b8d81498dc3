/** A Redis of a test file's own: own port, own folder, gone afterwards. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { type OwnRedis, startRedis } from "../../src/setup/redis.ts";
import { connectPatiently } from "../../src/store/redis.ts";

export interface TestRedis extends OwnRedis {
  /** kill -9, and the same again with what its append-only file holds. */
  killAndRestart(): Promise<void>;
}

/** A Redis of this test file's own, until its tests have ended. Call it at the file's top. */
export async function fileServer(): Promise<TestRedis> {
  const server = await startTestRedis();
  await afterTests(() => server.stop());
  return server;
}

/** A Redis of this test file's own, and a connection to it, until its tests have ended. Call it at the file's top. */
export async function fileRedis(connect = connectPatiently): Promise<{ server: TestRedis; redis: Redis }> {
  const server = await fileServer();
  const redis = connect(server.url);
  await afterTests(() => redis.disconnect()); // before the server stops: what is registered last runs first
  await once(redis, "ready"); // a connection that fails fast has no queue for what comes earlier
  return { server, redis };
}

export async function afterTests(end: () => unknown): Promise<void> {
  const { afterAll } = await import("vitest"); // only here: benchmarks run without the dev packages
  afterAll(end);
}

/** @param folder for its files; a new one when left out */
export async function startTestRedis(folder?: string): Promise<TestRedis> {
  const dir = folder ?? (await mkdtemp(join(tmpdir(), "quantspot-redis-")));
  let redis = await startRedis({ dir });
  const { url } = redis;
  return {
    url,
    get pid() {
      return redis.pid;
    },
    async killAndRestart() {
      process.kill(redis.pid, "SIGKILL");
      await redis.stop();
      redis = await startRedis({ dir, port: Number(new URL(url).port) });
    },
    async stop() {
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
