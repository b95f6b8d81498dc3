/** A worker's presence as a test wants it: one CPU engine with tiny. */
import type { WorkerPresence } from "../../src/backends/presence.ts";
import type { RecipeReport } from "../../src/engine/protocol.ts";

export function recipe(id: string, change: Partial<RecipeReport> = {}): RecipeReport {
  return {
    id,
    label: id,
    family: "original",
    bits: 16,
    placement: "resident",
    execution: "eager",
    runnable: true,
    ...change,
  };
}

export function presence(change: { resident?: string[]; recipes?: RecipeReport[] } = {}): WorkerPresence {
  return {
    id: "w1",
    host: "test",
    startedAt: 0,
    seenAt: Date.now(),
    engines: [
      {
        device: "cpu",
        deviceName: "Test CPU",
        totalBytes: 2 ** 33,
        budgetBytes: 2 ** 32,
        state: "ready",
        model: {
          name: "tiny",
          sizes: [
            { width: 256, height: 256 },
            { width: 320, height: 192 },
          ],
          steps: { min: 1, max: 50, default: 20 },
          guidance: { min: 1, max: 6, default: 3.5 },
          promptTokens: 64,
          examples: [],
        },
        recipes: change.recipes ?? [
          recipe("bf16", { label: "Original bf16" }),
          recipe("torchao-int8", { label: "torchao int8", family: "torchao", bits: 8 }),
          recipe("torchao-fp8", { runnable: false, reason: { message: "It needs CUDA." } }),
        ],
        pool: (change.resident ?? []).map((id) => ({
          recipe: id,
          state: "resident",
          weightsBytes: 6_000_000,
        })),
        versions: {},
      },
    ],
  };
}
