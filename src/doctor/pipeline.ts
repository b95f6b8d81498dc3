/** A folder with FLUX in diffusers' layout: whether its parts are there and their weights whole. What they hold the engine checks. */
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const WEIGHED = ["transformer", "text_encoder", "text_encoder_2", "vae"];
const WEIGHTLESS = ["tokenizer", "tokenizer_2", "scheduler"];

const indexSchema = z.object({ _class_name: z.literal("FluxPipeline") });
const shardsSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
/** Of each tensor, where it ends; beside them the file's own words. */
const endsSchema = z.record(
  z.string(),
  z.object({ data_offsets: z.tuple([z.number(), z.number()]).optional() }),
);

/** A safetensors file begins with the length of its header. */
const LENGTH_BYTES = 8;
/** The format's own limit. */
const MOST_HEADER_BYTES = 100_000_000;

/** @returns what is wrong with it, or undefined */
export function damageOf(folder: string): string | undefined {
  if (!indexSchema.safeParse(json(join(folder, "model_index.json"))).success)
    return "model_index.json is damaged, or of another pipeline than FLUX";
  const missing = [...WEIGHED, ...WEIGHTLESS].find((part) => !existsSync(join(folder, part)));
  if (missing) return `${missing} is missing`;
  for (const part of WEIGHED) {
    const files = weightsIn(join(folder, part));
    if (files.length === 0) return `${part} holds no .safetensors file`;
    const bad = files.find((file) => !isWhole(join(folder, part, file)));
    if (bad) return `${part}/${bad} is missing, damaged or cut short`;
  }
  return undefined;
}

/** Those that are there, and those that an index of several names. */
function weightsIn(folder: string): string[] {
  const files = readdirSync(folder);
  const indexed = files
    .filter((file) => file.endsWith(".safetensors.index.json"))
    .flatMap((file) => {
      const { data } = shardsSchema.safeParse(json(join(folder, file)));
      return data ? Object.values(data.weight_map) : [file];
    });
  return [...new Set([...files.filter((file) => file.endsWith(".safetensors")), ...indexed])];
}

/** Whether a safetensors file is as long as its header says. */
function isWhole(file: string): boolean {
  if (!existsSync(file)) return false;
  const opened = openSync(file, "r");
  try {
    const { size } = fstatSync(opened);
    if (size < LENGTH_BYTES) return false;
    const length = Number(read(opened, LENGTH_BYTES, 0).readBigUInt64LE());
    if (length > Math.min(size, MOST_HEADER_BYTES)) return false;
    const header = endsSchema.safeParse(parsed(read(opened, length, LENGTH_BYTES).toString("utf8")));
    if (!header.success) return false;
    const ends = Object.values(header.data).map(({ data_offsets }) => data_offsets?.[1] ?? 0);
    return size === LENGTH_BYTES + length + Math.max(0, ...ends);
  } finally {
    closeSync(opened);
  }
}

function read(file: number, length: number, from: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, from);
  return bytes;
}

const json = (file: string): unknown => (existsSync(file) ? parsed(readFileSync(file, "utf8")) : undefined);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
