/** What a worker says of itself in `workers:<id>`: the bot knows backends only from here. */
import { z } from "zod";
import { modelReportSchema, recipeReportSchema, variantStateSchema } from "../engine/protocol.ts";

/** A worker renews its presence every third of this; one that died is forgotten after it. */
export const PRESENCE_TTL_SECONDS = 15;

const enginePresenceSchema = z.object({
  device: z.string(),
  deviceName: z.string(),
  totalBytes: z.number(),
  budgetBytes: z.number(),
  /** `failing` carries the reason in plain words: a crash loop, a model that can't be loaded. */
  state: z.enum(["starting", "ready", "failing"]),
  problem: z.string().optional(),
  /** How far the engine is with downloading its model, while it starts. */
  fetching: z.object({ name: z.string(), doneBytes: z.number(), totalBytes: z.number() }).optional(),
  model: modelReportSchema.optional(),
  recipes: z.array(recipeReportSchema),
  pool: z.array(variantStateSchema),
  versions: z.record(z.string(), z.string()),
});
export type EnginePresence = z.infer<typeof enginePresenceSchema>;

export const workerPresenceSchema = z.object({
  id: z.string(),
  host: z.string(),
  startedAt: z.number(),
  seenAt: z.number(),
  engines: z.array(enginePresenceSchema),
});
export type WorkerPresence = z.infer<typeof workerPresenceSchema>;
