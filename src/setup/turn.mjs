/** One set-up at a time in a checkout: `npm run bot` and `npm run worker`, started together, must not both install. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
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
    await step("Waiting for another set-up in this folder", async () => {
      while (!taken()) await sleep(200);
    });
  }
  try {
    return await work();
  } finally {
    rmSync(places.setupLock);
  }
}

function taken() {
  try {
    writeFileSync(places.setupLock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  if (!isAlive(holder())) rmSync(places.setupLock, { force: true }); // killed in mid-install
  return false;
}

function holder() {
  try {
    return Number(readFileSync(places.setupLock, "utf8"));
  } catch {
    return 0; // it was just given back
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (pid === 0) return true;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
