/** Commands that set-up runs to their end, and where they are. */
import { accessSync, constants, mkdirSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { spawnGuarded } from "./guarded.mjs";
import { places } from "./places.mjs";

/**
 * @param {string} name
 * @returns {string | undefined} its path, when it is on the PATH
 */
export function onPath(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // not in this folder
    }
  }
}

/** @typedef {{ code: number | null, output: string }} Outcome */

/**
 * Runs a command and keeps what it printed, on both streams together.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, timeoutMs?: number, log?: string }} [options]
 *   `log` names the file under .state/logs that keeps the output
 * @returns {Promise<Outcome>} `code` is null when it could not start or was ended
 */
export async function run(command, args, options = {}) {
  const child = spawnGuarded(command, args, {
    cwd: places.root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: "SIGKILL" }),
  });
  /** @type {string[]} */
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
  }
  const code = await new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  const output = lines.join("\n");
  if (options.log !== undefined) {
    mkdirSync(places.logs, { recursive: true });
    writeFileSync(join(places.logs, options.log), `${output}\n`);
  }
  return { code, output };
}
