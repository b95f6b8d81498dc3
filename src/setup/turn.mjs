/** One set-up at a time in a checkout: `npm run bot` and `npm run worker`, started together, must not both install. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./alive.mjs";
import { places } from "./places.mjs";
import { step } from "./progress.mjs";

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inTurn(work) {
  mkdirSync(places.state, { recursive: true });
  if (!taken()) {
    const title = `Waiting for the set-up that process ${holder()} does here (not so? delete .state/setup.lock)`;
    await step(title, async () => {
      while (!taken()) await sleep(200);
    });
  }
  try {
    return await work();
  } finally {
    rmSync(places.setupLock);
  }
}

/** @returns {boolean} */
function taken() {
  try {
    writeFileSync(places.setupLock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const pid = holder();
  if (pid === 0 || isAlive(pid)) return false;
  rmSync(places.setupLock, { force: true }); // killed in mid-install
  return taken();
}

function holder() {
  try {
    return Number(readFileSync(places.setupLock, "utf8"));
  } catch {
    return 0; // it was just given back
  }
}
