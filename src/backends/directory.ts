/** What the workers that are online can do, put together: the bot's only knowledge of backends and models. */
import type { ModelReport, RecipeReport } from "../engine/protocol.ts";
import { bytes } from "../texts/units.ts";
import type { EnginePresence, WorkerPresence } from "./presence.ts";

export interface Backend {
  report: RecipeReport;
  /** Loaded on some engine. */
  resident: boolean;
  /** Bytes of its transformer's weights, as measured; undefined while it never was. */
  weightsBytes: number | undefined;
  /** Engines that can run it. */
  engines: number;
}

export interface Directory {
  /** In the engines' own order, runnable ones only. */
  offered: Backend[];
  /** Recipes that no engine online can run, with the reason. */
  refused: Map<string, string>;
  model: ModelReport | undefined;
  workers: number;
  /** In plain words, why nothing is offered although workers are online. */
  problem: string | undefined;
  starting: boolean;
}

export function directoryOf(workers: WorkerPresence[]): Directory {
  const engines = workers.flatMap((worker) => worker.engines);
  // One that starts again keeps its recipes: what is asked of it meanwhile waits.
  const known = engines.filter((engine) => engine.state !== "failing");
  const offered = new Map<string, Backend>();
  const refused = new Map<string, string>();
  for (const engine of known) for (const report of engine.recipes) add(engine, report, offered, refused);
  for (const id of offered.keys()) refused.delete(id);
  return {
    offered: [...offered.values()],
    refused,
    model: known.find((engine) => engine.model)?.model,
    workers: workers.length,
    problem: engines.find((engine) => engine.state === "failing")?.problem,
    starting: engines.some((engine) => engine.state === "starting"),
  };
}

function add(
  engine: EnginePresence,
  report: RecipeReport,
  offered: Map<string, Backend>,
  refused: Map<string, string>,
): void {
  if (!report.runnable) {
    refused.set(report.id, report.reason ?? "no reason was given");
    return;
  }
  const variant = engine.pool.find(({ recipe }) => recipe === report.id);
  const known = offered.get(report.id);
  offered.set(report.id, {
    report: known?.report ?? report,
    resident: known?.resident || variant?.state === "resident",
    weightsBytes:
      known?.weightsBytes ?? (variant && variant.weightsBytes > 0 ? variant.weightsBytes : undefined),
    engines: (known?.engines ?? 0) + 1,
  });
}

/** One line that tells a backend from the others: family and bits are in the label, memory where it is measured. */
export function describe(backend: Backend): string {
  const { report } = backend;
  return [
    report.label,
    `${report.bits}-bit`,
    backend.weightsBytes === undefined ? "" : `${bytes(backend.weightsBytes)} weights`,
    backend.resident ? "loaded" : "on demand",
  ]
    .filter(Boolean)
    .join(" · ");
}

const CHOICES = 25;

/** Autocomplete: what matches the typed text, loaded ones first. */
export function matchBackends(directory: Directory, typed: string): Backend[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return directory.offered
    .filter(({ report }) => {
      const text = `${report.id} ${report.label} ${report.family}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => Number(b.resident) - Number(a.resident))
    .slice(0, CHOICES);
}
