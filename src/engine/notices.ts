/**
 * What the engine, or the worker about it, tells people: a code with what its sentence needs to know. The words are
 * in src/texts, in each member's language; gpu-worker/quantspot_worker/notices.py is the engine's side, and
 * test/fixtures/protocol/notices.jsonl holds one of each that the engine says.
 */
import { z } from "zod";

const noticeObjectSchema = z.object({
  /** Absent for what only whoever runs the engine can mend, who reads the message. */
  code: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** The English sentence: for the log, and quoted to members where the code is absent or of a newer engine. */
  message: z.string(),
});
/** A sentence alone is how it was stored before there were codes. */
export const noticeSchema = z.union([z.string().transform((message) => ({ message })), noticeObjectSchema]);
export type Notice = z.infer<typeof noticeObjectSchema>;

const text = z.string();
const number = z.number();
const none = z.object({});
/** How a backend runs that can't run fast: as its library has it, or just not compiled. */
const way = z.enum(["library", "uncompiled"]);

const schemas = {
  // Why a recipe can't run here
  package_missing: z.object({ package: text }),
  gpu_too_old: z.object({ needed: text, device: text, has: text }),
  compiler_missing: none,
  cuda_compiler_missing: none,
  weights_file_missing: z.object({ label: text, recipe: text }),
  model_quantized: z.object({ saved: text }),
  // What stands in for a recipe's own kernel or placement
  quanto_plain_fp8: none,
  torchao_cpu_int4: none,
  torch_cpu_fp8: none,
  cpu_offload: none,
  // What whoever reads a result must know
  clip_truncated: none,
  decoded_in_tiles: z.object({ image: number }),
  compiling_failed: z.object({ error: text, way }),
  fast_wrong: z.object({ error: number, way }),
  // Why a request failed: from the engine
  loading_ran_out: z.object({ what: text }),
  over_budget: z.object({ label: text, needed: number, budget: number }),
  image_too_large: none,
  weights_damaged: z.object({ what: text }),
  file_missing: z.object({ what: text }),
  cache_unusable: z.object({ what: text }),
  disk_full: z.object({ what: text }),
  not_loaded: z.object({ what: text, error: text }),
  not_as_asked: z.object({ label: text, layer: text, problem: text }),
  not_numbers: z.object({ label: text }),
  computes_wrongly: z.object({ label: text, layer: text, error: number }),
  size_refused: z.object({ model: text, width: number, height: number }),
  steps_refused: z.object({ model: text, least: number, most: number }),
  guidance_refused: z.object({ model: text, least: number, most: number }),
  unknown_recipe: z.object({ recipe: text }),
  request_failed: z.object({ error: text }),
  gpu_lost: none,
  // and from the worker
  engine_died: none,
  engine_hung: none,
  engine_garbled: none,
  worker_gone: none,
  unreadable: none,
  not_stored: none,
};
export type NoticeParams = { [Code in keyof typeof schemas]: z.infer<(typeof schemas)[Code]> };
export type NoticeCode = keyof NoticeParams;
/** By code. */
export type Sentences = { [Code in NoticeCode]: (params: NoticeParams[Code]) => string };

const byCode: { [Code in NoticeCode]: z.ZodType<NoticeParams[Code]> } = schemas;
export const noticeCodes = Object.keys(schemas) as NoticeCode[];

/** @returns undefined for a notice whose code or parameters this program does not know */
export function sentenceOf(said: Sentences, { code, params }: Notice): string | undefined {
  const known = noticeCodes.find((name) => name === code);
  return known && worded(known, said, params);
}

function worded<Code extends NoticeCode>(code: Code, said: Sentences, params: unknown): string | undefined {
  const { data } = byCode[code].safeParse(params ?? {});
  return data && said[code](data);
}
