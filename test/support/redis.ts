/** A Redis of a test file's own: own port, own folder, gone afterwards. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OwnRedis, startRedis } from "../../src/setup/redis.ts";

export type TestRedis = OwnRedis;

export async function startTestRedis(): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), "quantspot-redis-"));
  const redis = await startRedis({ dir });
  return {
    ...redis,
    async stop() {
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
