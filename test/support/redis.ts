/** A Redis of a test file's own: own port, own folder, gone afterwards. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OwnRedis, startRedis } from "../../src/setup/redis.ts";

export interface TestRedis extends OwnRedis {
  /** kill -9, and the same again with what its append-only file holds. */
  killAndRestart(): Promise<void>;
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
