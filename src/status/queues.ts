/** What the bot tells of the queues, the workers and Redis, read when Prometheus asks. */
import type { Redis } from "ioredis";
import { Gauge } from "prom-client";
import { takeCensus } from "../queue/census.ts";
import { standingsOf } from "../queue/standing.ts";
import { redisInfo } from "../store/info.ts";
import { keys } from "../store/keys.ts";
import { countOpen } from "../store/openRequests.ts";
import { present } from "../store/presence.ts";
import { unrevealed } from "../store/quiz/rounds.ts";
import { readKnown } from "../store/requests.ts";
import { registry } from "./registry.ts";

const registers = [registry];

const redisUp = new Gauge({
  name: "quantspot_redis_up",
  help: "1 while Redis answers this process.",
  registers,
});
const redisMemory = new Gauge({
  name: "quantspot_redis_memory_bytes",
  help: "Memory of Redis: used, and limit (0: none).",
  labelNames: ["kind"] as const,
  registers,
});
const redisDurable = new Gauge({
  name: "quantspot_redis_append_only_ok",
  help: "1 while Redis writes its append-only file and the last write succeeded.",
  registers,
});
const waiting = new Gauge({
  name: "quantspot_queue_waiting",
  help: "Renders that wait for a worker. Those of an open quiz count under the recipe `quiz`.",
  labelNames: ["recipe"] as const,
  registers,
});
const running = new Gauge({
  name: "quantspot_queue_running",
  help: "Renders that a worker has taken.",
  labelNames: ["recipe"] as const,
  registers,
});
const open = new Gauge({
  name: "quantspot_requests_open",
  help: "Requests that are not answered yet.",
  registers,
});
const oldest = new Gauge({
  name: "quantspot_oldest_request_seconds",
  help: "Age of the request that has been unanswered for longest; 0 when there is none.",
  registers,
});
const workers = new Gauge({ name: "quantspot_workers", help: "Workers that are there.", registers });
const engines = new Gauge({
  name: "quantspot_engines",
  help: "Engines of all workers by state.",
  labelNames: ["state"] as const,
  registers,
});

/** Redis away is a figure, not an error. @param redis a connection that fails fast */
export async function measureQueues(redis: Redis): Promise<void> {
  const read = await Promise.all([
    readRequests(redis),
    readRenders(redis),
    present(redis),
    redisInfo(redis),
  ]).catch(() => undefined);
  // All at once from here on: two who ask at the same time must not find each other's half.
  for (const gauge of [redisMemory, waiting, running, engines]) gauge.reset();
  // To those without labels reset() would give a zero, which nobody has counted.
  for (const gauge of [redisDurable, open, oldest, workers]) gauge.remove();
  redisUp.set(read ? 1 : 0);
  if (!read) return;
  const [requests, renders, there, info] = read;
  open.set(requests.count);
  oldest.set(requests.oldestSeconds);
  for (const [recipe, counted] of renders) {
    waiting.set({ recipe }, counted.waiting);
    running.set({ recipe }, counted.running);
  }
  workers.set(there.length);
  const states = there.flatMap((worker) => worker.engines.map(({ state }) => state));
  for (const state of ["starting", "ready", "failing"])
    engines.set({ state }, states.filter((each) => each === state).length);
  redisMemory.set({ kind: "used" }, Number(info.get("used_memory")));
  redisMemory.set({ kind: "limit" }, Number(info.get("maxmemory")));
  const durable = info.get("aof_enabled") === "1" && info.get("aof_last_write_status") === "ok";
  redisDurable.set(durable ? 1 : 0);
}

async function readRequests(redis: Redis): Promise<{ count: number; oldestSeconds: number }> {
  const count = await countOpen(redis);
  const [, since] = await redis.zrange(keys.open, "0", "0", "WITHSCORES");
  return { count, oldestSeconds: since === undefined ? 0 : Math.max(0, Date.now() - Number(since)) / 1000 };
}

type Counted = { waiting: number; running: number };

/** By recipe; an open quiz's under `quiz`. */
async function readRenders(redis: Redis): Promise<Map<string, Counted>> {
  const [{ split }, secret] = await Promise.all([takeCensus(redis), secretRenders(redis)]);
  const quiz = { waiting: 0, running: 0 };
  for (const { recipe, standing } of secret) {
    const counted = split.get(recipe);
    // The two looks are not of one moment.
    if (!counted || counted[standing] === 0) continue;
    counted[standing] -= 1;
    quiz[standing] += 1;
  }
  return new Map([...split, ["quiz", quiz]]);
}

/** Renders of rounds whose mapping nobody may know yet. */
async function secretRenders(redis: Redis): Promise<{ recipe: string; standing: keyof Counted }[]> {
  const records = await Promise.all((await unrevealed(redis)).map((id) => readKnown(redis, id)));
  const renders = records.map(async (record) => {
    if (!record || record.state === "answered") return [];
    const standings = await standingsOf(redis, record.request);
    return record.request.renders.flatMap(({ recipe }, index) => {
      const standing = standings[index];
      return standing === "waiting" || standing === "running" ? [{ recipe, standing }] : [];
    });
  });
  return (await Promise.all(renders)).flat();
}
