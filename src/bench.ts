/** `npm run bench -- ...`: the engine's benchmark (`python -m quantspot_worker bench`) in set-up's environment. */
import { delimiter } from "node:path";
import { readConfigOrExit } from "./config.ts";
import { runToEnd } from "./engine/toEnd.ts";
import { places } from "./setup/places.mjs";

const command = readConfigOrExit().engine.python ?? places.environmentPython;
const search = [places.engine, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
const args = ["-m", "quantspot_worker", "bench", ...process.argv.slice(2)];
// Files that it is told of are named from here.
process.exit(
  await runToEnd({ command, args, cwd: process.cwd(), env: { ...process.env, PYTHONPATH: search } }),
);
