/** `npm run warm` as its user runs it, on this machine's CPU. What is compiled: gpu-worker/tests/test_warm.py. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("says on which device nothing is to be compiled", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "src/warm.ts"], {
    env: {
      ...process.env,
      QUANTSPOT_MODEL: "tiny",
      QUANTSPOT_DEVICE: "cpu",
      QUANTSPOT_EXECUTION: "auto",
    },
  });
  expect(stdout).toBe("cpu:\nNothing is compiled on this device.\n");
});
