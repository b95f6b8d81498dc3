/**
 * A request: what a member asked for, as it travels through the queue. It is the data of the delivery job;
 * the data of each render job is the part that an engine needs. No token is in here (job data is readable on
 * every dashboard): an interaction's token lives in a key of its own with a TTL, see store/tokens.ts.
 */
import { z } from "zod";
import { snowflake } from "../discord/snowflake.ts";
import { jobStatsSchema, noiseSchema } from "../engine/protocol.ts";
import { presetUseSchema } from "../presets/use.ts";

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
  /** Show what the picture looks like so far, where the render takes long enough. */
  preview: z.literal(true).optional(),
  /**
   * For a round of the quiz that is open: until it is revealed, nobody may learn from /queue, /backends, /stats or the
   * log which backend rendered which image. Whoever reveals it calls `recordRender` of backends/figures.ts then.
   */
  secret: z.literal(true).optional(),
  /** The same arithmetic in another order, see engine/protocol.ts: for the quiz's sham rounds. */
  execution: z.literal("alternate").optional(),
});
export type RenderJob = z.infer<typeof renderJobSchema>;

/** Return value of a render job. */
export const renderResultSchema = z.object({
  /** Which of its request's renders this is. */
  render: z.number().int().nonnegative(),
  recipe: z.string(),
  /** In the order of the job's noise; the pixels lie in the image store under `key`, as PNG. */
  images: z
    .array(z.object({ key: z.string(), width: pixels, height: pixels, bytes: z.number().int() }))
    .min(1),
  stats: jobStatsSchema,
  /** The model's name, as its engine says it; empty from a worker of before that was asked. */
  model: z.string().default(""),
  /** The model's version on the hub, where it came from there. */
  revision: z.string().optional(),
  /** Package name to version, of what rendered it. */
  versions: z.record(z.string(), z.string()).default({}),
  /** Seconds from the job's creation until the worker took it. */
  queueSeconds: z.number().nonnegative(),
  /** Seconds of encoding the images as PNG, in sum; the engine draws the next one meanwhile. */
  pngSeconds: z.number().nonnegative().default(0),
  workerId: z.string(),
});
export type RenderResult = z.infer<typeof renderResultSchema>;

type Seconds = RenderResult["stats"]["seconds"];
/** Until its variant was in place; 0 where it was there already. */
export const loadingSeconds = ({ load = 0, unpark = 0 }: Seconds): number => load + unpark;
/** All but that. */
export const drawingSeconds = (seconds: Seconds): number =>
  Math.max(0, seconds.total - loadingSeconds(seconds));

const lineageSchema = z.object({
  /** Id of the request that it was made from. */
  request: z.string(),
  change: z.enum(["seed", "backend", "prompt", "variations", "full-size"]),
  /** Which of its images was varied. */
  image: z.number().int().nonnegative().optional(),
});
export type Lineage = z.infer<typeof lineageSchema>;

/** Data of the delivery job. */
export const requestSchema = z.object({
  id: z.string(),
  kind: z.enum(["generate", "compare", "quiz"]),
  userId: snowflake,
  guildId: snowflake,
  channelId: snowflake,
  /** Asked for in direct messages, under a result from this channel of the server: whose rules go on to hold. */
  ruledBy: snowflake.optional(),
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
  /** The preset that it was made with, if any. */
  preset: presetUseSchema.optional(),
  /** Where it comes from, if a button, menu or form of another request made it. */
  lineage: lineageSchema.optional(),
});
export type Request = z.infer<typeof requestSchema>;

/**
 * Where a render stands, as its worker last said. Kept in `progress:<request id>` and published on the
 * channel `progress`, so that a restarted bot goes on from the last one.
 */
export const progressSchema = z.object({
  requestId: z.string(),
  /** Which of the request's renders this is. */
  render: z.number().int().nonnegative(),
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
