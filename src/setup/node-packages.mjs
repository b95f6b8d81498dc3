/** The Node packages: `npm ci`, only when what is installed is not what package-lock.json says. */
import { readFileSync } from "node:fs";
import { failure } from "./failures.mjs";
import { places } from "./places.mjs";
import { run } from "./processes.mjs";
import { SetupError, step } from "./progress.mjs";

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }} LockEntry
 * @typedef {Record<string, LockEntry>} LockEntries
 */

/**
 * @param {{ withDev: boolean }} wanted
 * @returns {import("./part.d.ts").Part}
 */
export function nodePackages(wanted) {
  return { isReady: async () => installedMatches(wanted), make: () => step("Node packages", install) };
}

/** @param {(what: string) => void} doing */
async function install(doing) {
  doing("npm ci");
  const { code, output } = await run("npm", ["ci", "--no-progress"], { log: "npm.log" });
  if (code === null && output === "") {
    throw new SetupError(
      "npm is missing. Install npm (it comes with Node), then run the same command again.",
    );
  }
  if (code !== 0) throw failure("The Node packages", output, "npm.log");
}

/**
 * Compares npm's own record of what it installed with the lock. A production install, which has no dev packages,
 * is left as it is when nothing asks for those.
 * @param {{ withDev: boolean }} wanted
 */
function installedMatches({ withDev }) {
  const installed = entriesOf(places.installedNodePackages);
  const locked = entriesOf(places.packageLock);
  if (!installed || !locked) return false;
  return Object.entries(locked).every(([path, entry]) => {
    const optional = entry.optional || entry.devOptional || (entry.dev && !withDev);
    return path === "" || optional || installed[path]?.version === entry.version;
  });
}

/**
 * @param {string} file
 * @returns {LockEntries | undefined}
 */
function entriesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
