/**
 * `node src/setup/run.mjs --for PURPOSE -- program.ts [args…]`: installs what the purpose needs and is not there
 * yet, then becomes the program: in this same process, so signals and exit codes are the program's own and nothing
 * is left in between. It runs before node_modules exist, so it imports only Node itself.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import util from "node:util";
import { redisServer } from "./bundled-redis.mjs";
import { pythonEnvironment } from "./environment.mjs";
import { nodePackages } from "./node-packages.mjs";
import { places } from "./places.mjs";
import { SetupError, say } from "./progress.mjs";
import { inTurn } from "./turn.mjs";

const { requirements, devRequirements, benchRequirements } = places;

/**
 * @typedef {{ withDev: boolean, locks: string[], redis: boolean }} Needs
 * @type {Record<string, Needs>}
 */
const PURPOSES = {
  node: { withDev: false, locks: [], redis: false },
  worker: { withDev: false, locks: [requirements], redis: false },
  demo: { withDev: true, locks: [requirements], redis: true },
  bench: { withDev: false, locks: [requirements, benchRequirements], redis: false },
  test: { withDev: true, locks: [requirements, devRequirements, benchRequirements], redis: true },
};

const [, , flag, purpose = "", separator, program = "", ...args] = process.argv;
const needs = PURPOSES[purpose];
if (flag !== "--for" || separator !== "--" || !needs || !program) {
  say(`usage: node src/setup/run.mjs --for ${Object.keys(PURPOSES).join("|")} -- program.ts [args…]`);
  process.exit(2);
}

try {
  checkNode();
  await setUp(partsFor(needs));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exit(1);
}
await become(program, args);

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `This is Node ${process.versions.node}. Install Node >= 20.19, then run the same command again.`,
  );
}

/** @param {Needs} needs */
function partsFor({ withDev, locks, redis }) {
  const parts = [nodePackages({ withDev })];
  // An operator's own Python runs the engine as it is.
  if (locks.length > 0 && !setting("QUANTSPOT_PYTHON")) parts.push(pythonEnvironment(locks));
  // Tests always start a Redis of their own. So does the demo unless this start names one: .env's is the real bot's.
  if (redis && (purpose === "test" || !process.env.REDIS_URL)) parts.push(redisServer());
  return parts;
}

/** @param {import("./part.d.ts").Part[]} parts */
async function setUp(parts) {
  const ready = await Promise.all(parts.map((part) => part.isReady()));
  if (ready.every(Boolean)) return;
  await inTurn(async () => {
    for (const part of parts) {
      if (!(await part.isReady())) await part.make();
    }
  });
}

/** @param {string} name */
function setting(name) {
  if (name in process.env) return process.env[name];
  return existsSync(places.settings) ? util.parseEnv(readFileSync(places.settings, "utf8"))[name] : undefined;
}

/**
 * The same as `node --import tsx program args`.
 * @param {string} program
 * @param {string[]} args
 */
async function become(program, args) {
  const path = resolve(program);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href);
  await import(pathToFileURL(path).href);
}
