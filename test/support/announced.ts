/** A worker that is only announced: what is asked of it waits. For what ends at the queue, without an engine. */
import type { Redis } from "ioredis";
import type { WorkerPresence } from "../../src/backends/presence.ts";
import { announce } from "../../src/store/presence.ts";
import { presence } from "./presence.ts";

/** @returns stops announcing */
export async function announceWorker(redis: Redis, worker: WorkerPresence = presence()): Promise<() => void> {
  const tell = () => announce(redis, { ...worker, seenAt: Date.now() });
  await tell();
  const timer = setInterval(tell, 2000);
  return () => clearInterval(timer);
}
