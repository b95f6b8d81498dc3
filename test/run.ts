/**
 * `npm test [-- PART…]`: every kind of check. A part that fails doesn't stop the rest. The last line is 'N passed, N
 * failed'.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnGuarded } from "../src/setup/guarded.mjs";
import { places } from "../src/setup/places.mjs";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

type Parts = Record<string, () => Promise<Counts>>;

const reports = mkdtempSync(join(tmpdir(), "quantspot-test-"));
const python = process.env.QUANTSPOT_PYTHON || places.environmentPython;
const engine = join(places.root, "gpu-worker");
const tool = (name: string) => join(places.root, "node_modules/.bin", name);

/** All at once, since each is one thread's work. */
const CHECKS: Parts = {
  lint: () => check(tool("biome"), ["check", "."]),
  types: () => check(tool("tsc"), ["--noEmit"]),
  "page-types": () => check(tool("tsc"), ["-p", "src/sandbox/page"]),
  "python-lint": () => check(python, ["-m", "ruff", "check", "."], engine),
  "python-types": () => check(python, ["-m", "mypy"], engine),
};

/** One after the other, since the slowest want both cores and the timing-sensitive ones want quiet. */
const TESTS: Parts = {
  unit: () => vitest("unit"),
  integration: () => vitest("integration"),
  engine: pytest,
  e2e: () => vitest("e2e"),
  faults: () => vitest("faults"),
};

async function check(command: string, args: string[], cwd = places.root): Promise<Counts> {
  const ok = (await exitCode(command, args, cwd)) === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

async function vitest(project: string): Promise<Counts> {
  const file = join(reports, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await exitCode(tool("vitest"), ["run", "--project", project, ...reporters]);
  const report = contentOf(file);
  const counts = report ? JSON.parse(report) : {};
  return atLeastOneFailure(code, {
    passed: counts.numPassedTests ?? 0,
    failed: counts.numFailedTests ?? 0,
    skipped: (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0),
  });
}

async function pytest(): Promise<Counts> {
  const file = join(reports, "pytest.xml");
  // In two processes, since most of it is one thread's work; a file's tests stay together, as their fixtures do.
  const shared = ["-n", "2", "--dist", "loadfile"];
  const code = await exitCode(python, ["-m", "pytest", ...shared, `--junitxml=${file}`], engine);
  const suite = /<testsuite [^>]*>/.exec(contentOf(file) ?? "")?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [failed, skipped] = [count("failures") + count("errors"), count("skipped")];
  return atLeastOneFailure(code, { passed: count("tests") - failed - skipped, failed, skipped });
}

/** A runner that failed outside any test, or ran none, counts as one failure. */
function atLeastOneFailure(code: number | null, counts: Counts): Counts {
  const sound = code === 0 && counts.passed > 0;
  return sound || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function exitCode(command: string, args: string[], cwd = places.root): Promise<number | null> {
  const child = spawnGuarded(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // the runner never came to write it
  }
}

const wanted = process.argv.slice(2);
const names = [...Object.keys(CHECKS), ...Object.keys(TESTS)];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No part named ${unknown.join(", ")}. Parts: ${names.join(", ")}.`);
  process.exit(2);
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
await Promise.all(wantedOf(CHECKS).map(([name, run]) => report(name, run)));
for (const [name, run] of wantedOf(TESTS)) await report(name, run);
rmSync(reports, { recursive: true });
console.log(`\n${lines.join("\n")}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(said(total));

function said({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function wantedOf(parts: Parts) {
  return Object.entries(parts).filter(([name]) => wanted.length === 0 || wanted.includes(name));
}

async function report(name: string, run: Parts[string]): Promise<void> {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const counts = await run();
  for (const key of ["passed", "failed", "skipped"] as const) total[key] += counts[key];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  lines.push(`${counts.failed > 0 ? "✗" : "✓"} ${name.padEnd(14)}${seconds.padStart(7)} s   ${said(counts)}`);
}
