import { expect, it, onTestFinished, vi } from "vitest";
import { RenderWorker } from "../../../src/queue/renderWorker.ts";
import { freePort } from "../../../src/setup/ports.ts";
import { Journal } from "../../support/engine.ts";
import { workerOptions } from "../../support/renderWorker.ts";

// Incident: a worker that never reached Redis took 28 seconds to stop, "finishing the running renders".
it("a worker without Redis that renders nothing leaves at once", async () => {
  const journal = new Journal();
  onTestFinished(() => journal.remove());
  const worker = new RenderWorker(workerOptions(`redis://127.0.0.1:${await freePort()}`, journal));
  await vi.waitUntil(() => worker.supervisors[0]?.pool, { timeout: 10_000 }); // its loop asks Redis from now on
  expect(worker.rendersNow).toBe(false);
  await worker.stop(600_000);
  expect(worker.enginePids).toEqual([]);
});
