/**
 * A progress edit that is on its way could arrive after the answer and cover it. So whoever edits progress holds
 * this lock, and a delivery waits until nobody does; once a request is `delivering` no new edit begins.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";
import { readRecord } from "./requests.ts";

/** An edit is broken off so long after its lock was asked for. */
const EDIT_MS = 8000;
/** Longer than that; a bot that died in an edit delays one answer by this at most. */
const LOCK_MS = 10_000;
const POLL_MS = 20;

/** KEYS: lock. ARGV: the holder's mark. A lock that ran out may be somebody else's by now. */
const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end";

/**
 * Runs `edit`, which ends when its signal says so, unless the answer is being sent or somebody else edits. A process that
 * stood still has lost its lock or its time by then, and leaves the edit out.
 * @param edit asks Discord at once: whatever it waited for before would not be looked at again
 */
export async function whileEditing(
  redis: Redis,
  requestId: string,
  edit: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lock = keys.editing(requestId);
  const mark = randomUUID();
  const late = performance.now() + EDIT_MS;
  if ((await redis.set(lock, mark, "PX", LOCK_MS, "NX")) === null) return;
  try {
    if ((await readRecord(redis, requestId))?.state !== "waiting") return;
    const isHeld = (await redis.get(lock)) === mark;
    const left = Math.floor(late - performance.now());
    if (isHeld && left > 0) await edit(AbortSignal.timeout(left));
  } finally {
    await redis.eval(RELEASE, 1, lock, mark);
  }
}

/** Resolves when no progress edit of this request is on its way. */
export async function awaitEdits(redis: Redis, requestId: string): Promise<void> {
  while ((await redis.exists(keys.editing(requestId))) === 1) await sleep(POLL_MS);
}
