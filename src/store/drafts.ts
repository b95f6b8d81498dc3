/** What somebody typed into a form that could not be taken as it was: kept for a while, to go on from there. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "./keys.ts";

const LIFE_SECONDS = 15 * 60;

const draftSchema = z.record(z.string(), z.string());
export type Draft = z.infer<typeof draftSchema>;

export async function keepDraft(redis: Redis, id: string, draft: Draft): Promise<void> {
  await redis.set(keys.draft(id), JSON.stringify(draft), "EX", LIFE_SECONDS);
}

export async function readDraft(redis: Redis, id: string): Promise<Draft | undefined> {
  const stored = await redis.get(keys.draft(id));
  return stored === null ? undefined : draftSchema.parse(JSON.parse(stored));
}
