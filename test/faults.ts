/**
 * `npm run test:faults [-- --short] [--seed N] [FILE…]`: the tests of test/faults at length, with the real engine, the
 * product's own clocks, and a storm of 200 requests. `--short` is what `npm test` runs of them.
 */
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { spawnGuarded } from "../src/setup/guarded.mjs";
import { places } from "../src/setup/places.mjs";

const { values, positionals } = parseArgs({
  options: { short: { type: "boolean", default: false }, seed: { type: "string" } },
  allowPositionals: true,
});
const seed = values.seed ?? (values.short ? "1" : String(Date.now() % 1_000_000));
console.log(
  `seed ${seed}; the same again: npm run test:faults -- ${values.short ? "--short " : ""}--seed ${seed}`,
);
const vitest = join(places.root, "node_modules/.bin/vitest");
const child = spawnGuarded(vitest, ["run", "--project", "faults", ...positionals], {
  cwd: places.root,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, QUANTSPOT_FAULTS: values.short ? "short" : "long", QUANTSPOT_FAULTS_SEED: seed },
});
const [code] = await once(child, "exit");
process.exitCode = code ?? 1;
