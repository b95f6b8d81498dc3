import { expect, it } from "vitest";
import { unhurried } from "../../../src/queue/unhurried.ts";

it("tells of a refusal only after a pause, and gives out jobs without one", async () => {
  // With Redis' disk full, BullMQ's loop asked for the next job 800 times a second, each time with a line in the log.
  const answers = [async () => Promise.reject(new Error("MISCONF")), async () => ["a job"]];
  const backend = { moveToActive: async () => answers.shift()?.() ?? [] };
  const told: string[] = [];
  const paused = unhurried(backend, async () => {
    told.push("pause");
  });
  await paused.moveToActive().catch((error: Error) => told.push(error.message));
  expect(told).toEqual(["pause", "MISCONF"]);
  expect(await paused.moveToActive()).toEqual(["a job"]);
  expect(told).toHaveLength(2);
});
