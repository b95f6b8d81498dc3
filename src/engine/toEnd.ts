/** A command of the engine's Python that is no engine: it ends by itself. */
import { spawnGuarded } from "../setup/guarded.mjs";
import type { EngineCommand } from "./command.ts";

/** Its output goes where this process's own does. @returns its exit status; 1 where it could not start or was ended */
export function runToEnd({ command, args, ...options }: EngineCommand): Promise<number> {
  const child = spawnGuarded(command, args, { ...options, stdio: "inherit" });
  // It leads a process group of its own, which the terminal's Ctrl-C does not reach.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`${command} could not start: ${error.message}`);
      resolve(1);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
