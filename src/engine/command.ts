/** How an engine is started: `python -m quantspot_worker serve` out of gpu-worker/. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const GPU_WORKER = fileURLToPath(new URL("../../gpu-worker", import.meta.url));
/** The worker's own secrets, which the engine has no use for. */
const WITHHELD = /^(DISCORD_TOKEN|REDIS_URL)(_FILE)?$/;

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
  budgetGib: number | undefined;
  /** The Python to use instead of the one that set-up made. */
  python: string | undefined;
}

export function engineCommand(settings: EngineSettings, device: string): EngineCommand {
  const args = ["-m", "quantspot_worker", "serve", "--model", modelPath(settings.model), "--device", device];
  if (settings.budgetGib !== undefined) args.push("--budget-gib", String(settings.budgetGib));
  if (settings.keep.length > 0) args.push("--keep", settings.keep.join(","));
  return {
    command: settings.python ?? resolve(GPU_WORKER, ".venv/bin/python"),
    args,
    cwd: GPU_WORKER,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !WITHHELD.test(name))),
  };
}

/** A folder becomes absolute, since the engine runs in another one; what is none is left to be a hub id. */
function modelPath(model: string): string {
  if (model === "tiny") return resolve(GPU_WORKER, "models/tiny");
  return existsSync(model) ? resolve(model) : model;
}
