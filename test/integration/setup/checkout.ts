/** A copy of set-up in a folder of its own, with stand-ins for the tools that it calls. */
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { places } from "../../../src/setup/places.mjs";

/** For a test, and gone with it. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "quantspot-setup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** @param files content by path; what lies in bin/ becomes executable */
export function checkoutWith(files: Record<string, string>): string {
  const root = tempFolder();
  cpSync(join(places.root, "src/setup"), join(root, "src/setup"), { recursive: true });
  mkdirSync(join(root, "bin"));
  symlinkSync(process.execPath, join(root, "bin/node"));
  symlinkSync("/bin/sh", join(root, "bin/sh"));
  for (const tool of ["mkdir", "cp", "sleep"]) symlinkSync(`/bin/${tool}`, join(root, "bin", tool));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    if (path.startsWith("bin/")) chmodSync(join(root, path), 0o755);
  }
  return root;
}

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs set-up in such a folder, with nothing on the PATH but its bin/. */
export function runSetup(root: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ["src/setup/run.mjs", ...args], {
    cwd: root,
    env: { PATH: join(root, "bin"), ...env },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.stderr += chunk;
  });
  const done = new Promise<Ran>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, ...said }));
  });
  return { child, done };
}
