import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { reasonOf } from "../../../src/demo/headless.ts";
import { parseOptions, UsageError } from "../../../src/demo/options.ts";
import { startSandbox } from "../../../src/sandbox/index.ts";

// Incident: where --out was a file, or in a place without room for one, the demo rendered first and failed, or hung, then.
it("a folder for the pictures is made before anything is rendered, or refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "quantspot-demo-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "file");
  writeFileSync(file, "");
  const out = (path: string) => () => parseOptions(["--run", "/generate", "--out", path]);
  expect(out(file)).toThrow(UsageError);
  expect(out(file)).toThrow(/it is no folder/);
  expect(out(join(file, "inside"))).toThrow(UsageError);
  expect(out("/proc/foo")).toThrow(UsageError);
  expect(out(join(folder, "a/b"))().out).toBe(join(folder, "a/b"));
  expect(existsSync(join(folder, "a/b"))).toBe(true);
});

// Incident: "The command is not complete: There is no command /preset that you may use here."
it("a command that is not there is not called incomplete", async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const refused = await sandbox
    .member("member")
    .run("/preset list")
    .catch((error: Error) => error);
  expect(refused instanceof Error && reasonOf(refused)).toBe(
    "There is no command /preset that you may use here.",
  );
});
