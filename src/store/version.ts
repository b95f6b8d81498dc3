/**
 * The version of what is kept in Redis. It goes up when what an older quantspot wrote can't be read as it is any more;
 * whatever raises it brings along the step that turns the old into the new.
 */
import type { Redis } from "ioredis";
import { keys } from "./keys.ts";

export const DATA_VERSION = 1;

/** This program is older than the data. The message is a sentence for the operator. */
export class DataTooNew extends Error {
  override name = "DataTooNew";
  constructor(found: number) {
    super(
      `The data in this Redis was written by a newer quantspot (its version is ${found}, this one knows ${DATA_VERSION}). Start that quantspot, or restore the backup of before the upgrade: docs/operating.md.`,
    );
  }
}

/** Before anything is read or written. @throws DataTooNew */
export async function requireKnownData(redis: Redis): Promise<void> {
  const found = await readKnownVersion(redis);
  // A full Redis takes it at a later start.
  if (found === null) await redis.setnx(keys.version, DATA_VERSION).catch(() => {});
}

/** The version of what is there; null where nothing is yet. @throws DataTooNew */
export async function readKnownVersion(redis: Redis): Promise<string | null> {
  const found = await redis.get(keys.version);
  if (Number(found) > DATA_VERSION) throw new DataTooNew(Number(found));
  return found;
}
