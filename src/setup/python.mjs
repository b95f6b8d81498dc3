/** Finds a Python that the engine's environment can be made with. */
import { onPath, run } from "./processes.mjs";
import { SetupError } from "./progress.mjs";

const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];
const MINIMUM = [3, 11];

/** @returns {Promise<string>} the first on the PATH that is new enough */
export async function findPython() {
  /** @type {string[]} */
  const tooOld = [];
  for (const name of NAMES) {
    const path = onPath(name);
    if (!path) continue;
    const { code, output } = await run(path, ["-c", "import sys; print(*sys.version_info[:2])"]);
    const [major = 0, minor = 0] = output.split(" ").map(Number);
    if (code !== 0) continue; // a version manager's stand-in for a version that is not active
    if (major === MINIMUM[0] && minor >= (MINIMUM[1] ?? 0)) return path;
    tooOld.push(`${name} is ${major}.${minor}`);
  }
  const found = tooOld.length > 0 ? ` (${tooOld.join(", ")})` : "";
  throw new SetupError(
    `No Python >= 3.11 is on the PATH${found}. Install python3 (Debian: apt install python3), then run the same command again.`,
  );
}
