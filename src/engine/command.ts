/** How the engine's Python is started: `python -m quantspot_worker serve` out of gpu-worker/. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const GPU_WORKER = fileURLToPath(new URL("../../gpu-worker", import.meta.url));
/** The worker's own secrets, which the engine has no use for. */
const WITHHELD = /^(DISCORD_TOKEN|REDIS_URL|REDIS_PASSWORD|QUANTSPOT_BOARD_PASSWORD)(_FILE)?$|^OTEL_/;

export interface EngineCommand {
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

export interface EngineSettings {
  /** `tiny`, a folder, or a hub id. */
  model: string;
  keep: string[];
  /** What members are offered; empty for the engine's own choice. */
  recipes: string[];
  /** Weights for single recipes: a GGUF file, a saved transformer's folder, or either at the hub. */
  weights: { recipe: string; place: string }[];
  /** Precision of T5; undefined leaves it as it was saved. */
  textEncoder: string | undefined;
  budgetGib: number | undefined;
  /** Folder of what it can make again; undefined for the user's cache. */
  cache: string | undefined;
  /** Whether it computes in the libraries' own way (`stock`) or in this project's faster one. */
  execution: "auto" | "fast" | "stock";
  /** The Python to use instead of the one that set-up made. */
  python: string | undefined;
}

/** @param what `serve` renders; `warm` compiles what such an engine will run, and ends. */
export function engineCommand(
  settings: EngineSettings,
  device: string,
  what: "serve" | "warm" = "serve",
): EngineCommand {
  const args = ["-m", "quantspot_worker", what, "--model", modelPath(settings.model), "--device", device];
  if (settings.budgetGib !== undefined) args.push("--budget-gib", String(settings.budgetGib));
  args.push(...recipeArguments(settings));
  if (settings.textEncoder !== undefined) args.push("--text-encoder", settings.textEncoder);
  const kept = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name));
  const cache = settings.cache === undefined ? {} : { QUANTSPOT_CACHE: resolve(settings.cache) };
  return {
    command: settings.python ?? resolve(GPU_WORKER, ".venv/bin/python"),
    args,
    cwd: GPU_WORKER,
    env: { ...Object.fromEntries(kept), ...cache, QUANTSPOT_EXECUTION: settings.execution },
  };
}

/** The recipes that are named, and their weights. */
export function recipeArguments(settings: Pick<EngineSettings, "keep" | "recipes" | "weights">): string[] {
  const args: string[] = [];
  if (settings.keep.length > 0) args.push("--keep", settings.keep.join(","));
  if (settings.recipes.length > 0) args.push("--recipes", settings.recipes.join(","));
  const weights = settings.weights.map(({ recipe, place }) => `${recipe}=${absolute(place)}`);
  if (weights.length > 0) args.push("--weights", weights.join(","));
  return args;
}

function modelPath(model: string): string {
  return model === "tiny" ? resolve(GPU_WORKER, "models/tiny") : absolute(model);
}

/** A path becomes absolute, since the engine runs in another folder; what is none is left to be a name at the hub. */
function absolute(place: string): string {
  return existsSync(place) ? resolve(place) : place;
}
