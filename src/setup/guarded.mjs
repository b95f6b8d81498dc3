/**
 * Child processes that never outlive this one. Each leads a process group of its own, so Ctrl-C in the terminal
 * reaches only this process, which ends them in its own order; should it die without that (kill -9, a crash), the
 * guard ends them. One guard serves all children of a process.
 */
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";

/** @type {import("node:stream").Writable | undefined} */
let guard;

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export function spawnGuarded(command, args, options) {
  guard ??= startGuard();
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    guard.write(`+${pid}\n`);
    child.once("exit", () => guard?.write(`-${pid}\n`));
  }
  return child;
}

function startGuard() {
  const child = spawn(process.execPath, [fileURLToPath(new URL("guard.mjs", import.meta.url))], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  child.stdin.on("error", () => {}); // someone ended the guard: all goes on, only unguarded
  return child.stdin;
}
