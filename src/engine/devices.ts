/** Which devices this worker runs engines on, one engine each. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * @param wanted `auto` for every NVIDIA GPU or else the CPU, or names such as `cpu` and `cuda:1`.
 * @param countGpus replaced by tests.
 */
export async function resolveDevices(wanted: string[], countGpus = countNvidiaGpus): Promise<string[]> {
  const devices: string[] = [];
  for (const name of wanted) {
    if (name !== "auto") devices.push(name === "cuda" ? "cuda:0" : name);
    else {
      const gpus = await countGpus();
      devices.push(...(gpus > 0 ? Array.from({ length: gpus }, (_, i) => `cuda:${i}`) : ["cpu"]));
    }
  }
  const wrong = devices.find((device) => !/^(cpu|cuda:\d+)$/.test(device));
  if (wrong !== undefined)
    throw new Error(`QUANTSPOT_DEVICE names '${wrong}': use auto, cpu, or a GPU such as cuda:0.`);
  return [...new Set(devices)];
}

/**
 * As PyTorch numbers them: CUDA_VISIBLE_DEVICES hides the others. 0 on a machine without the NVIDIA driver, or one
 * whose driver does not answer.
 */
async function countNvidiaGpus(): Promise<number> {
  const visible = visibleGpus(process.env.CUDA_VISIBLE_DEVICES);
  if (visible !== undefined) return visible;
  try {
    const { stdout } = await run("nvidia-smi", ["--query-gpu=index", "--format=csv,noheader"], {
      timeout: 20_000,
    });
    return stdout.split("\n").filter((line) => line.trim() !== "").length;
  } catch {
    return 0;
  }
}

/** CUDA takes the list up to its first entry that is no device, such as -1; undefined where all are visible. */
export function visibleGpus(list: string | undefined): number | undefined {
  if (list === undefined) return undefined;
  const entries = list.split(",").map((entry) => entry.trim());
  const end = entries.findIndex((entry) => !/^(\d+|GPU-[\w-]+|MIG-[\w/-]+)$/.test(entry));
  return end < 0 ? entries.length : end;
}
