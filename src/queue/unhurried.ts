/**
 * A BullMQ backend for loops that never end: where Redis refuses to give out a job (its memory or its disk is full), BullMQ
 * asks again at once, hundreds of times a second. Here the refusal is told only after a pause.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type BackendFactory, createRedisBackend, type IQueueBackend, type RedisQueueBackend } from "bullmq";

const PAUSE_MS = 1000;

/** @param pause replaced by tests */
export function unhurried<B extends Pick<IQueueBackend, "moveToActive">>(
  backend: B,
  pause: () => Promise<void> = () => sleep(PAUSE_MS),
): B {
  const take = backend.moveToActive.bind(backend);
  backend.moveToActive = async (...of) => {
    try {
      return await take(...of);
    } catch (error) {
      await pause();
      throw error;
    }
  };
  return backend;
}

export const unhurriedBackend: BackendFactory<RedisQueueBackend> = (...of) =>
  unhurried(createRedisBackend(...of));
