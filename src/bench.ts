/** `npm run bench -- ...`: the engine's benchmark (`python -m quantspot_worker bench`) in set-up's environment. */
import { delimiter } from "node:path";
import { readConfigOrExit } from "./config.ts";
import { spawnGuarded } from "./setup/guarded.mjs";
import { places } from "./setup/places.mjs";

const python = readConfigOrExit().engine.python ?? places.environmentPython;
const search = [places.engine, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
const bench = spawnGuarded(python, ["-m", "quantspot_worker", "bench", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, PYTHONPATH: search },
});
// It leads a process group of its own, which the terminal's Ctrl-C does not reach.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => bench.kill(signal));
bench.once("error", (error) => {
  console.error(`${python} could not start: ${error.message}`);
  process.exit(1);
});
bench.once("exit", (code) => process.exit(code ?? 1));
