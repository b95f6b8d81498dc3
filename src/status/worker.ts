/**
 * The worker's metrics. Of a quiz's secret renders there is only the bare fact, under the recipe `quiz`, and what loads
 * and leaves has no recipe at all: nobody shall find out from here which backend drew which picture.
 */
import { Counter, Gauge, Histogram } from "prom-client";
import type { EnginePool } from "../engine/engine.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { RenderJob, RenderResult } from "../generation/request.ts";
import { registry, SECONDS } from "./registry.ts";

const registers = [registry];

const renders = new Counter({
  name: "quantspot_renders_total",
  help: "Renders that this worker took, by how they ended: rendered, failed, cancelled, handed-back, lost.",
  labelNames: ["recipe", "outcome"] as const,
  registers,
});
const waits = new Histogram({
  name: "quantspot_render_wait_seconds",
  help: "From a render's submission until a worker took it.",
  labelNames: ["recipe"] as const,
  buckets: SECONDS,
  registers,
});
const phases = new Histogram({
  name: "quantspot_render_phase_seconds",
  help: "Phases of a render: queue (in the engine), load, unpark, encode, denoise, decode, png; and total, by the engine's clock.",
  labelNames: ["recipe", "phase"] as const,
  buckets: SECONDS,
  registers,
});
const images = new Counter({
  name: "quantspot_images_total",
  help: "Images that were rendered and stored.",
  labelNames: ["recipe"] as const,
  registers,
});
const engineStates = new Gauge({
  name: "quantspot_engine_state",
  help: "1 for the state that an engine is in, 0 for the others.",
  labelNames: ["device", "state"] as const,
  registers,
});
const engineExits = new Counter({
  name: "quantspot_engine_restarts_total",
  help: "Engines that ended without being asked to; another is started for each.",
  labelNames: ["device"] as const,
  registers,
});
const engineMemory = new Gauge({
  name: "quantspot_engine_memory_bytes",
  help: "Of an engine's device: total, the budget of loaded variants, and variants, which is what they take.",
  labelNames: ["device", "kind"] as const,
  registers,
});
const enginePeak = new Gauge({
  name: "quantspot_engine_peak_bytes",
  help: "The highest use of memory in an engine's last render that was no secret, as `measure` says.",
  labelNames: ["device", "measure"] as const,
  registers,
});
const variants = new Gauge({
  name: "quantspot_variants",
  help: "Variants of the model that an engine holds, by where: resident on the device, or parked.",
  labelNames: ["device", "state"] as const,
  registers,
});
const loads = new Counter({
  name: "quantspot_variant_loads_total",
  help: "Variants brought onto a device, from disk or from where they were parked.",
  labelNames: ["device", "from"] as const,
  registers,
});
const evictions = new Counter({
  name: "quantspot_variant_evictions_total",
  help: "Variants that left a device for another, to be parked or altogether.",
  labelNames: ["device", "to"] as const,
  registers,
});

type Outcome = "rendered" | "failed" | "cancelled" | "handed-back" | "lost";

const recipeOf = ({ recipe, secret }: Pick<RenderJob, "recipe" | "secret">) => (secret ? "quiz" : recipe);

export function countEnded(render: Pick<RenderJob, "recipe" | "secret">, outcome: Outcome): void {
  renders.inc({ recipe: recipeOf(render), outcome });
}

export function measureRendered(render: RenderJob, { queueSeconds, pngSeconds, stats }: RenderResult): void {
  countEnded(render, "rendered");
  images.inc({ recipe: recipeOf(render) }, render.noise.length);
  if (render.secret) return;
  const { recipe } = render;
  waits.observe({ recipe }, queueSeconds);
  const { perStep: _, ...seconds } = stats.seconds;
  for (const [phase, value] of Object.entries({ ...seconds, png: pngSeconds }))
    if (value !== undefined) phases.observe({ recipe, phase }, value);
  const { measure, peakBytes } = stats.memory;
  enginePeak.set({ device: stats.device, measure }, peakBytes);
}

export function countEngineExit(device: string): void {
  engineExits.inc({ device });
}

/** @param before what the same engine said last; undefined for the first word of a new one */
export function countPoolChange(device: string, before: EnginePool | undefined, now: EnginePool): void {
  const was = new Map(before?.variants.map(({ recipe, state }) => [recipe, state]));
  for (const { recipe, state } of now.variants) {
    const old = was.get(recipe) ?? "absent";
    if (old === state) continue;
    if (state === "resident") loads.inc({ device, from: old === "parked" ? "parked" : "disk" });
    else if (old === "resident") evictions.inc({ device, to: state });
  }
}

/** How the engines stand now. */
export function measureEngines(supervisors: readonly Supervisor[]): void {
  for (const { device, status, report, pool } of supervisors) {
    for (const state of ["starting", "ready", "failing"])
      engineStates.set({ device, state }, status.state === state ? 1 : 0);
    engineExits.inc({ device }, 0); // Prometheus sees no increase in what begins at 1
    for (const state of ["resident", "parked"])
      variants.set(
        { device, state },
        pool?.variants.filter((variant) => variant.state === state).length ?? 0,
      );
    engineMemory.set({ device, kind: "total" }, report?.device.totalBytes ?? 0);
    engineMemory.set({ device, kind: "budget" }, report?.device.budgetBytes ?? 0);
    engineMemory.set({ device, kind: "variants" }, pool?.usedBytes ?? 0);
  }
}
