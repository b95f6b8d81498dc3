/**
 * Ends what its parent started, when the parent is gone, however it went (kill -9 included). The parent writes
 * '+PID' and '-PID' lines to this process; the pipe's end is the parent's end. See guarded.mjs.
 */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const GRACE_MS = 5_000;

/** @type {Set<number>} leaders of process groups */
const groups = new Set();

// A signal that was meant for the parent must not take the guard away before it has done its work.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.chdir("/");

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const group = Number(line.slice(1));
    if (line.startsWith("+")) groups.add(group);
    else groups.delete(group);
  })
  .on("close", async () => {
    const deadline = Date.now() + GRACE_MS;
    for (const group of groups) signalled(group, "SIGTERM");
    while (Date.now() < deadline && [...groups].some((group) => signalled(group, 0))) await sleep(50);
    for (const group of groups) signalled(group, "SIGKILL");
    process.exit();
  });

/**
 * @param {number} group
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} whether anything of the group is left
 */
function signalled(group, signal) {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
