/** `npm run warm`: compiles what this host's engines will run, for their cache; before they start, or beside them. */
import { exit, readConfigOrExit } from "./config.ts";
import { engineCommand } from "./engine/command.ts";
import { resolveDevices } from "./engine/devices.ts";
import { runToEnd } from "./engine/toEnd.ts";

const { engine } = readConfigOrExit();
const devices = await resolveDevices(engine.devices).catch((error: Error) => exit(error.message));
// One after the other: the second of two GPUs finds most of it in the cache.
for (const device of devices) {
  console.log(`${device}:`);
  const status = await runToEnd(engineCommand(engine, device, "warm"));
  if (status !== 0) process.exit(status);
}
