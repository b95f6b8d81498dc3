/**
 * A request: what a member asked for, as it travels through the queue. It is the data of the delivery job;
 * the data of each render job is the part that an engine needs. No token is in here (job data is readable on
 * every dashboard): an interaction's token lives in a key of its own with a TTL, see store/tokens.ts.
 */
import { z } from "zod";
import { jobStatsSchema, noiseSchema } from "../engine/protocol.ts";

const snowflake = z.string().regex(/^\d{1,20}$/);
const pixels = z.number().int().min(16).max(4096);

/** Data of one job in a `req-<recipe>` queue. */
export const renderJobSchema = z.object({
  requestId: z.string(),
  recipe: z.string(),
  prompt: z.string(),
  width: pixels,
  height: pixels,
  steps: z.number().int().positive(),
  guidance: z.number().nonnegative(),
  /** One entry an image. */
  noise: z.array(noiseSchema).min(1).max(4),
});
export type RenderJob = z.infer<typeof renderJobSchema>;

/** Return value of a render job. */
export const renderResultSchema = z.object({
  recipe: z.string(),
  /** In the order of the job's noise; the pixels lie in the image store under `key`, as PNG. */
  images: z
    .array(z.object({ key: z.string(), width: pixels, height: pixels, bytes: z.number().int() }))
    .min(1),
  stats: jobStatsSchema,
  /** Seconds from the job's creation until the worker took it. */
  queueSeconds: z.number().nonnegative(),
  workerId: z.string(),
});
export type RenderResult = z.infer<typeof renderResultSchema>;

/** Data of the delivery job. */
export const requestSchema = z.object({
  id: z.string(),
  kind: z.enum(["generate"]),
  userId: snowflake,
  guildId: snowflake,
  channelId: snowflake,
  applicationId: snowflake,
  interactionId: snowflake,
  locale: z.string(),
  private: z.boolean(),
  notify: z.boolean(),
  /** Bytes that Discord takes in one attachment of this interaction; everywhere at least the default. */
  attachmentSizeLimit: z
    .number()
    .int()
    .positive()
    .default(10 * 1024 ** 2),
  createdAt: z.number(),
  renders: z
    .array(renderJobSchema.omit({ requestId: true }))
    .min(1)
    .max(6),
  /** Answer with the images one by one and lossless, not with a grid. */
  fullSize: z.boolean(),
  /** The request that this one was made from with a button, if any. */
  lineage: z.string().optional(),
});
export type Request = z.infer<typeof requestSchema>;

/**
 * Where a request stands, as its worker last said. Kept in `progress:<request id>` and published on the
 * channel `progress`, so that a restarted bot goes on from the last one.
 */
export const progressSchema = z.object({
  requestId: z.string(),
  recipe: z.string(),
  phase: z.enum(["loading", "rendering"]),
  /** Index of the image being rendered and how many there are. */
  image: z.number().int().nonnegative(),
  images: z.number().int().positive(),
  step: z.number().int().nonnegative(),
  steps: z.number().int().positive(),
  at: z.number(),
});
export type Progress = z.infer<typeof progressSchema>;
