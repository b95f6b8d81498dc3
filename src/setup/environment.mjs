/**
 * The engine's Python environment, gpu-worker/.venv, holding what the lock files pin. A stamp, written last, says
 * which locks it was made from. Without one the environment may be half made (or someone's own): it stays only if
 * every pin is there whole, else it is made anew.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipInstall } from "./pip.mjs";
import { places } from "./places.mjs";
import { onPath, run } from "./processes.mjs";
import { SetupError, say, step } from "./progress.mjs";
import { findPython } from "./python.mjs";
import { hasNvidiaGpu, torchArguments } from "./torch.mjs";

/**
 * @typedef {{ locks: Record<string, string>, gpu: boolean }} Stamp `locks`: hashes by file
 */
const stampFile = join(places.environment, "quantspot-stamp.json");

/**
 * @param {readonly string[]} lockFiles
 * @returns {import("./part.d.ts").Part}
 */
export function pythonEnvironment(lockFiles) {
  const wanted = Object.fromEntries(lockFiles.map((file) => [file.slice(places.root.length), hashOf(file)]));
  return {
    async isReady() {
      const stamp = readStamp();
      return stamp !== undefined && holds(stamp, wanted) && !(await gpuIsNew(stamp));
    },
    make: () => make(lockFiles, wanted),
  };
}

/**
 * @param {readonly string[]} lockFiles
 * @param {Record<string, string>} wanted
 */
async function make(lockFiles, wanted) {
  const stamp = readStamp();
  if (!stamp && existsSync(places.environmentPython) && (await isWhole(lockFiles))) {
    writeStamp({ locks: wanted, gpu: await hasNvidiaGpu() });
    return;
  }
  await step("Python packages", async (doing) => {
    if (!stamp || (await gpuIsNew(stamp))) await makeEmpty(doing);
    rmSync(stampFile, { force: true });
    const python = places.environmentPython;
    const torch = await torchArguments(python, doing);
    if (torch.length > 0) await pipInstall(python, torch, doing, "PyTorch");
    const files = lockFiles.flatMap((file) => ["-r", file]);
    await pipInstall(python, files, doing, "The Python packages");
    writeStamp({ locks: { ...stamp?.locks, ...wanted }, gpu: await hasNvidiaGpu() });
  });
  if (!onPath("g++"))
    say("No g++ here: the backends that compile (quanto-int4) stay off until it is installed.");
}

/** @param {(what: string) => void} doing */
async function makeEmpty(doing) {
  if (existsSync(places.environment)) doing("removing an unfinished environment");
  await rm(places.environment, { recursive: true, force: true });
  const python = await findPython();
  // --without-pip: Debian leaves ensurepip out of python3, and the checkout brings its own pip.
  const { code, output } = await run(python, ["-m", "venv", "--without-pip", places.environment], {
    log: "venv.log",
  });
  if (code === 0) return;
  const reason = output.split("\n").at(-1) ?? "";
  throw new SetupError(
    `${python} can't make an environment (${reason}). Install Python's standard library (Debian: apt install python3), then run the same command again.`,
  );
}

/** @param {readonly string[]} lockFiles */
async function isWhole(lockFiles) {
  return (await run(places.environmentPython, [places.installedCheck, ...lockFiles])).code === 0;
}

/**
 * A machine that got its GPU, or its driver, after the CPU build was installed.
 * @param {Stamp} stamp
 */
async function gpuIsNew(stamp) {
  return !stamp.gpu && (await hasNvidiaGpu());
}

/** @returns {Stamp | undefined} */
function readStamp() {
  // The interpreter that the environment was made from may have been removed since.
  if (!existsSync(places.environmentPython) || !existsSync(stampFile)) return undefined;
  return JSON.parse(readFileSync(stampFile, "utf8"));
}

/** @param {Stamp} stamp */
function writeStamp(stamp) {
  writeFileSync(stampFile, JSON.stringify(stamp));
}

/**
 * @param {Stamp} stamp
 * @param {Record<string, string>} wanted
 */
function holds(stamp, wanted) {
  return Object.entries(wanted).every(([file, hash]) => stamp.locks[file] === hash);
}

/** @param {string} file */
function hashOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
