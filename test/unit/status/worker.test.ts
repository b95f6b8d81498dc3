import { expect, it } from "vitest";
import type { EnginePool } from "../../../src/engine/engine.ts";
import type { RenderJob, RenderResult } from "../../../src/generation/request.ts";
import { registry } from "../../../src/status/registry.ts";
import { countEnded, countPoolChange, measureRendered } from "../../../src/status/worker.ts";

const job = (change: Partial<RenderJob> = {}): RenderJob => ({
  ...{ requestId: "r1", recipe: "gguf-q2_k", prompt: "x", width: 256, height: 256, steps: 2, guidance: 3.5 },
  noise: [[{ seed: 1, weight: 1 }]],
  ...change,
});
const result: RenderResult = {
  ...{
    render: 0,
    recipe: "gguf-q2_k",
    model: "tiny",
    versions: {},
    workerId: "w",
    queueSeconds: 1,
    pngSeconds: 1,
  },
  images: [{ key: "k", width: 256, height: 256, bytes: 1 }],
  stats: {
    ...{ device: "cpu", deviceName: "CPU", textEncoder: "bf16", truncatedTokens: 0, warnings: [] },
    seconds: { queue: 0, load: 9, encode: 1, denoise: 2, perStep: 1, decode: 1, total: 13 },
    memory: { measure: "process-rss", weightsBytes: 1, residentBytes: 2, peakBytes: 777 },
  },
};
const pool = (states: Record<string, "resident" | "parked" | "absent">): EnginePool => ({
  kind: "pool",
  variants: Object.entries(states).map(([recipe, state]) => ({ recipe, state, weightsBytes: 1 })),
  ...{ usedBytes: 1, budgetBytes: 1 },
});

it("nothing tells which backend drew a picture of an open quiz", async () => {
  measureRendered(job({ secret: true }), result);
  countEnded(job({ secret: true }), "failed");
  countPoolChange("cpu", undefined, pool({ "gguf-q2_k": "resident" }));
  const text = await registry.metrics();
  expect(text).not.toMatch(/gguf|777|render_phase_seconds_sum/);
  expect(text).toContain('quantspot_renders_total{recipe="quiz",outcome="rendered"} 1');
  expect(text).toContain('quantspot_renders_total{recipe="quiz",outcome="failed"} 1');
});

it("what loads and what leaves is counted by where it goes, and a new engine's first word counts what it holds", async () => {
  registry.resetMetrics();
  const first = pool({ a: "resident", b: "absent", c: "absent" });
  const second = pool({ a: "parked", b: "resident", c: "absent" });
  const third = pool({ a: "resident", b: "absent", c: "resident" });
  countPoolChange("cpu", undefined, first);
  countPoolChange("cpu", first, second);
  countPoolChange("cpu", second, third);
  const text = await registry.metrics();
  for (const line of [
    'quantspot_variant_loads_total{device="cpu",from="disk"} 3',
    'quantspot_variant_loads_total{device="cpu",from="parked"} 1',
    'quantspot_variant_evictions_total{device="cpu",to="parked"} 1',
    'quantspot_variant_evictions_total{device="cpu",to="absent"} 1',
  ])
    expect(text).toContain(line);
});
