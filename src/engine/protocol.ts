/**
 * The engine protocol: what a Node worker and its Python engine say to each other.
 *
 * Messages are JSON, one a line, on the engine's stdin and stdout. Pixels travel on a pipe of their own (fd 3),
 * see frames.ts. The Python side is gpu-worker/quantspot_worker/protocol.py (what it says) and requests.py (what it is
 * told); test/fixtures/protocol holds one golden message a line that the tests of both languages read.
 *
 * Unknown fields are ignored, an unknown kind is an error, another major version is refused at `ready`.
 */
import { z } from "zod";
import { noticeSchema } from "./notices.ts";

/** Raised when a message changes its meaning. The engine says its own in `ready`. */
export const PROTOCOL_MAJOR = 2;

const bytes = z.number().int().nonnegative();
const seconds = z.number().nonnegative();
const requestNumber = z.number().int().nonnegative().max(0xffffffff);
/** Seeds fit a double exactly, so that they survive JSON. */
export const seedSchema = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

export const recipeReportSchema = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/),
  /** What people read, for example "bitsandbytes NF4". */
  label: z.string().min(1).max(60),
  /** Who quantizes, such as `bitsandbytes`: a new one needs no change here. */
  family: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  /** Bits of one stored weight, 16 for the original. */
  bits: z.number().positive(),
  placement: z.enum(["resident", "model-offload", "group-offload"]),
  execution: z.enum(["eager", "compiled"]),
  runnable: z.boolean(),
  /** Why it can't run here. Present exactly when runnable is false. */
  reason: noticeSchema.optional(),
  /** What stands in for the recipe's own kernel on this device, where something does. */
  standIn: noticeSchema.optional(),
});
export type RecipeReport = z.infer<typeof recipeReportSchema>;

export const variantStateSchema = z.object({
  recipe: z.string(),
  state: z.enum(["resident", "parked", "absent"]),
  /** Bytes of the variant's own transformer, counted by tensor storage; 0 when absent. */
  weightsBytes: bytes,
  /**
   * The largest relative error of a layer's output against its de-quantized weights and bias, one layer of each kind
   * checked as the variant was loaded; absent when it is not loaded.
   */
  outputError: z.number().nonnegative().optional(),
});

export const modelReportSchema = z.object({
  name: z.string(),
  /** The commit of the hub's repository that it was downloaded from; absent for any other folder. */
  revision: z.string().optional(),
  /** Sizes in pixels that the model draws well; the first is the default. */
  sizes: z
    .array(z.object({ width: z.number().int().positive(), height: z.number().int().positive() }))
    .min(1),
  steps: z.object({ min: z.number().int(), max: z.number().int(), default: z.number().int() }),
  /** Absent where the model takes no guidance (FLUX.1-schnell). */
  guidance: z.object({ min: z.number(), max: z.number(), default: z.number() }).optional(),
  /** Prompt tokens read by T5; more are cut and reported as truncated. */
  promptTokens: z.number().int().positive(),
  /** Prompts that this model draws well, for placeholders and examples. */
  examples: z.array(z.string()).default([]),
});
export type ModelReport = z.infer<typeof modelReportSchema>;

/** The precision of T5, which all variants of an engine share. */
export const textEncoderSchema = z.enum(["bf16", "int8", "nf4", "fp8"]).default("bf16");

/**
 * How the memory figures of a job were taken:
 * - `cuda-allocated`: torch.cuda.memory_allocated, `peak` after a reset at the job's start;
 * - `process-rss`: the engine process's resident set, `peak` its high-water mark sampled during the job.
 */
export const memoryMeasureSchema = z.enum(["cuda-allocated", "process-rss"]);

export const jobStatsSchema = z.object({
  device: z.string(),
  deviceName: z.string(),
  seconds: z.object({
    /** From `generate` read to its turn: the shared parts, or a variant to be kept, may still be loading. */
    queue: seconds.default(0),
    /** Loading (and quantizing) the variant for this job; absent when it was resident. */
    load: seconds.optional(),
    /** Bringing the variant back from parked memory; absent when it was resident. */
    unpark: seconds.optional(),
    encode: seconds,
    denoise: seconds,
    /** Mean of one denoising step over all steps of all images. */
    perStep: seconds,
    decode: seconds,
    /** From `generate` read to the last image written, loading included. */
    total: seconds,
  }),
  memory: z.object({
    measure: memoryMeasureSchema,
    /** Bytes of the transformer's weights by tensor storage: exact, on every device. */
    weightsBytes: bytes,
    /** By `measure`, of the whole engine, before the job ran and with its variant in place. */
    residentBytes: bytes,
    /** By `measure`, of the whole engine, the highest in the job. */
    peakBytes: bytes,
  }),
  textEncoder: textEncoderSchema,
  /** Prompt tokens beyond the model's limit that were cut off; 0 when it fitted. */
  truncatedTokens: z.number().int().nonnegative(),
  /** What whoever reads the result must know (a stand-in kernel, a fallback). */
  warnings: z.array(noticeSchema),
});
export type JobStats = z.infer<typeof jobStatsSchema>;

const errorCodes = [
  "bad_request", // the request breaks the protocol or the model's limits
  "unknown_recipe",
  "recipe_unavailable", // it can't run on this device; the notice is the reason
  "load_failed", // the model or checkpoint could not be loaded
  "out_of_memory",
  "cancelled", // answer to `cancel`, or to `shutdown` in mid-request
  "internal",
] as const;
export type EngineErrorCode = (typeof errorCodes)[number];

/** Engine to worker. */
export const engineMessageSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("fetching"), // before `ready`: a model or a checkpoint is downloaded
    /** What it is called at the hub. */
    name: z.string(),
    doneBytes: bytes,
    /** Grows in the first seconds, as the files' sizes become known. */
    totalBytes: bytes,
  }),
  z.object({
    kind: z.literal("ready"),
    protocol: z.object({ major: z.number().int(), minor: z.number().int() }),
    device: z.object({
      id: z.string(), // "cpu", "cuda:0"
      name: z.string(),
      totalBytes: bytes,
      budgetBytes: bytes, // what the variant pool may use
    }),
    model: modelReportSchema,
    textEncoder: textEncoderSchema,
    recipes: z.array(recipeReportSchema).min(1),
    /** Package name to version: torch, diffusers, transformers, ... */
    versions: z.record(z.string(), z.string()),
  }),
  z.object({
    kind: z.literal("heartbeat"),
    /** The request in hand, if any. */
    request: requestNumber.optional(),
    rssBytes: bytes,
  }),
  z.object({
    kind: z.literal("loading"),
    request: requestNumber,
    recipe: z.string(),
    from: z.enum(["disk", "parked"]),
  }),
  z.object({
    kind: z.literal("step"),
    request: requestNumber,
    image: z.number().int().nonnegative(),
    step: z.number().int().positive(),
    steps: z.number().int().positive(),
  }),
  z.object({
    kind: z.literal("preview"),
    request: requestNumber,
    image: z.number().int().nonnegative(),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** Base64 of raw RGB, width * height * 3 bytes: a latent preview is a few kilobytes. */
    rgb: z.string(),
  }),
  z.object({
    kind: z.literal("image"), // its frame on fd 3 was written before this line
    request: requestNumber,
    image: z.number().int().nonnegative(),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
  }),
  z.object({ kind: z.literal("done"), request: requestNumber, stats: jobStatsSchema }),
  z.object({
    kind: z.literal("error"),
    /** Absent when no request is to blame. */
    request: requestNumber.optional(),
    code: z.enum(errorCodes),
    notice: noticeSchema,
    retryable: z.boolean(),
  }),
  z.object({
    kind: z.literal("pool"),
    variants: z.array(variantStateSchema),
    usedBytes: bytes,
    budgetBytes: bytes,
  }),
]);
export type EngineMessage = z.infer<typeof engineMessageSchema>;
export type EngineMessageOf<K extends EngineMessage["kind"]> = Extract<EngineMessage, { kind: K }>;

/**
 * The start noise of one image: the weighted sum of the seeds' standard normal noises, scaled back to unit
 * variance (divided by the root of the weights' sum of squares). One seed of weight 1 is plain `torch.Generator("cpu")`.
 * Seeds that are equal in their low 32 bits are one, of their weights' sum; the engine refuses weights that leave nothing.
 */
export const noiseSchema = z
  .array(z.object({ seed: seedSchema, weight: z.number() }))
  .min(1)
  .max(4);
export type Noise = z.infer<typeof noiseSchema>;

/** Worker to engine. */
export const workerMessageSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("generate"),
    request: requestNumber,
    recipe: z.string(),
    prompt: z.string().min(1).max(4000),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    steps: z.number().int().positive(),
    guidance: z.number().nonnegative(),
    /** One entry an image. */
    noise: z.array(noiseSchema).min(1).max(4),
    /** Send a latent preview every so many steps; absent for none. */
    previewEvery: z.number().int().positive().optional(),
    /**
     * The same arithmetic in another order of operations: uncompiled, with another attention kernel. The picture
     * differs by rounding alone. For the quiz's sham rounds; an engine that knows no other way draws the same picture.
     */
    execution: z.literal("alternate").optional(),
  }),
  z.object({ kind: z.literal("cancel"), request: requestNumber }),
  z.object({ kind: z.literal("shutdown") }),
]);
export type WorkerMessage = z.infer<typeof workerMessageSchema>;
