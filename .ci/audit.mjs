/**
 * Known weaknesses of the packages that are pinned here, by `npm audit` and `pip-audit`. Leaves with 1 when one is found;
 * where the advisories can't be reached it says so and leaves with 0, since nothing is known then.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PIP_AUDIT = "pip-audit==2.10.1";
const MINUTE_MS = 60_000;

/**
 * @typedef {{ state: "clean" | "found" | "unknown", sentence: string }} Verdict
 * @param {string} output of `npm audit --json`
 * @returns {Verdict}
 */
export function verdictOfNpm(output) {
  const report = parsed(output);
  const counts = report?.metadata?.vulnerabilities;
  if (!counts) return unknown("npm audit", report?.message ?? "no answer");
  if (counts.total === 0) return { state: "clean", sentence: "npm audit: no known weakness." };
  const names = Object.keys(report.vulnerabilities).join(", ");
  return {
    state: "found",
    sentence: `npm audit: ${counts.total} known weaknesses, in ${names}. Run npm audit.`,
  };
}

/**
 * @param {string} output of `pip-audit --format json`
 * @returns {Verdict}
 */
export function verdictOfPip(output) {
  const report = parsed(output);
  if (!report?.dependencies) return unknown("pip-audit", "no answer");
  const audited = report.dependencies.filter((/** @type {any} */ { vulns }) => vulns);
  if (audited.length === 0)
    return unknown("pip-audit", report.dependencies[0]?.skip_reason ?? "nothing was looked up");
  const weak = audited.filter((/** @type {any} */ { vulns }) => vulns.length > 0);
  if (weak.length === 0)
    return { state: "clean", sentence: `pip-audit: no known weakness in ${audited.length} packages.` };
  const lines = weak.map(
    (/** @type {any} */ { name, version, vulns }) =>
      `${name} ${version} (${vulns.map((/** @type {any} */ { id }) => id).join(", ")})`,
  );
  return { state: "found", sentence: `pip-audit: known weaknesses in ${lines.join(", ")}.` };
}

/** @param {string} who @param {string} why @returns {Verdict} */
const unknown = (who, why) => ({
  state: "unknown",
  sentence: `${who}: NOT AUDITED, the advisories can't be reached (${why}).`,
});

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {string} command @param {string[]} args */
function outputOf(command, args) {
  return (
    spawnSync(command, args, { encoding: "utf8", timeout: 2 * MINUTE_MS, maxBuffer: 2 ** 26 }).stdout ?? ""
  );
}

function auditPython() {
  const folder = mkdtempSync(join(tmpdir(), "quantspot-audit-"));
  try {
    const python = join(folder, "bin/python");
    outputOf("python3", ["-m", "venv", folder]);
    outputOf(python, ["-m", "pip", "install", "--quiet", PIP_AUDIT]);
    const lock = ["--requirement", "gpu-worker/requirements.lock", "--no-deps", "--disable-pip"];
    return verdictOfPip(outputOf(python, ["-m", "pip_audit", ...lock, "--format", "json"]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const verdicts = [verdictOfNpm(outputOf("npm", ["audit", "--json", "--omit=dev"])), auditPython()];
  for (const { sentence } of verdicts) console.log(sentence);
  process.exitCode = verdicts.some(({ state }) => state === "found") ? 1 : 0;
}
