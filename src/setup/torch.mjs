/**
 * Which build of PyTorch this machine gets. With an NVIDIA GPU: the index's default. Without one: a CPU build where
 * one can be had, because the default for Linux brings gigabytes of CUDA libraries.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pip } from "./pip.mjs";
import { places } from "./places.mjs";
import { onPath, run } from "./processes.mjs";
import { say } from "./progress.mjs";

const CPU_INDEX = "https://download.pytorch.org/whl/cpu";
const PROBE_MS = 10_000;

/** @returns {Promise<boolean>} */
export async function hasNvidiaGpu() {
  const tool = onPath("nvidia-smi");
  return tool !== undefined && (await run(tool, ["--list-gpus"], { timeoutMs: PROBE_MS })).code === 0;
}

/**
 * @param {string} python of the environment
 * @param {(what: string) => void} doing
 * @returns {Promise<string[]>} arguments of a `pip install` that has to come first; empty when pip's own choice fits
 */
export async function torchArguments(python, doing) {
  const pin = torchPin();
  if (process.platform !== "linux" || (await hasNvidiaGpu())) return [];
  doing("which PyTorch build pip would take");
  if (!bringsCuda(await plan(python, ["--no-deps", pin]))) return [];
  doing("whether PyTorch's CPU index can be reached");
  if (await cpuIndexHas(python, pin)) return ["--index-url", CPU_INDEX, "--no-deps", pin];
  doing("how much there is to download");
  const size = await downloadSize(await plan(python, [pin]));
  say(`No CPU build of PyTorch can be had here, so the default one with CUDA follows: ${size} to download.`);
  return [];
}

/** @returns {string} the pin of torch in the lock, which leaves the build open */
function torchPin() {
  const pin = /^torch==\S+$/m.exec(readFileSync(places.requirements, "utf8"))?.[0];
  if (!pin) throw new Error("requirements.lock has no pin of torch");
  return pin;
}

/**
 * @typedef {{ metadata: { name: string, requires_dist?: string[] }, download_info: { url: string } }} Planned
 * @param {string} python
 * @param {readonly string[]} args
 * @returns {Promise<Planned[]>} what pip would install; empty when it can't tell, and the install itself will say why
 */
async function plan(python, args) {
  const folder = mkdtempSync(join(tmpdir(), "quantspot-plan-"));
  const report = join(folder, "report.json");
  try {
    const { code } = await pip(python, [
      "install",
      "--dry-run",
      "--ignore-installed",
      "--report",
      report,
      ...args,
    ]);
    return code === 0 ? JSON.parse(readFileSync(report, "utf8")).install : [];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {readonly Planned[]} planned */
export function bringsCuda(planned) {
  return planned.some(({ metadata }) =>
    metadata.requires_dist?.some((need) => /^(nvidia|cuda|triton)\b/.test(need)),
  );
}

/**
 * @param {string} python
 * @param {string} pin
 */
async function cpuIndexHas(python, pin) {
  const version = pin.replace("torch==", "");
  const args = ["index", "versions", "torch", "--index-url", CPU_INDEX, "--timeout", "10", "--retries", "0"];
  const { code, output } = await pip(python, args, { timeoutMs: PROBE_MS });
  return code === 0 && output.includes(`${version}+cpu`);
}

/**
 * @param {readonly Planned[]} planned
 * @returns {Promise<string>}
 */
async function downloadSize(planned) {
  const sizes = await Promise.all(
    planned.map(async ({ download_info: { url } }) => {
      if (!url.startsWith("http")) return 0;
      const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PROBE_MS) });
      return Number(answer.headers.get("content-length"));
    }),
  ).catch(() => []);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes > 0 ? `about ${(bytes / 1e9).toFixed(1)} GB` : "several GB";
}
