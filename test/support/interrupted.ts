/** A process that stands still for a moment, between what it has read and what it does with it. */
import type { Redis } from "ioredis";
import { vi } from "vitest";

/** Once, after the hash was read and before its reader learns of it, `meanwhile` happens. */
export function afterReading(redis: Redis, hash: string, meanwhile: () => Promise<unknown>): void {
  const read = (key: string) => redis.call("HGETALL", key) as Promise<string[]>;
  const spy = vi.spyOn(redis, "hgetall").mockImplementation(async (key) => {
    const flat = await read(String(key));
    if (key === hash) {
      spy.mockRestore();
      await meanwhile();
    }
    return Object.fromEntries(
      flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? ""]] : [])),
    );
  });
}
