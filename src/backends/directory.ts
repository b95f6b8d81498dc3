/** What the workers that are online can do, put together: the bot's only knowledge of backends and models. */
import { CHOICES } from "../discord/limits.ts";
import type { Notice } from "../engine/notices.ts";
import type { ModelReport, RecipeReport } from "../engine/protocol.ts";
import type { Duration } from "../store/durations.ts";
import type { Texts } from "../texts/texts.ts";
import type { EnginePresence, WorkerPresence } from "./presence.ts";

export interface Backend {
  report: RecipeReport;
  /** Loaded on some engine. */
  resident: boolean;
  /** Not loaded anywhere, but kept in the main memory of some engine's host. */
  parked: boolean;
  /** Bytes of its transformer's weights, as measured; undefined while it never was. */
  weightsBytes: number | undefined;
  /** Its last jobs with this model, newest first. */
  jobs: readonly Duration[];
  /** Engines that can run it. */
  engines: number;
}

export interface Directory {
  /** In the engines' own order, runnable ones only. */
  offered: Backend[];
  /** Recipes that no engine online can run, with the reason. */
  refused: Map<string, Notice>;
  model: ModelReport | undefined;
  workers: number;
  /** In plain words, why nothing is offered although workers are online. */
  problem: string | undefined;
  starting: boolean;
  /** The download that a starting engine waits for. */
  fetching: EnginePresence["fetching"];
}

export function directoryOf(workers: WorkerPresence[]): Directory {
  const engines = workers.flatMap((worker) => worker.engines);
  // One that starts again keeps its recipes: what is asked of it meanwhile waits.
  const known = engines.filter((engine) => engine.state !== "failing");
  const offered = new Map<string, Backend>();
  const refused = new Map<string, Notice>();
  for (const engine of known) for (const report of engine.recipes) add(engine, report, offered, refused);
  for (const id of offered.keys()) refused.delete(id);
  return {
    offered: [...offered.values()],
    refused,
    model: known.find((engine) => engine.model)?.model,
    workers: workers.length,
    problem: engines.find((engine) => engine.state === "failing")?.problem,
    starting: engines.some((engine) => engine.state === "starting"),
    fetching: engines.find((engine) => engine.fetching)?.fetching,
  };
}

function add(
  engine: EnginePresence,
  report: RecipeReport,
  offered: Map<string, Backend>,
  refused: Map<string, Notice>,
): void {
  if (!report.runnable) {
    refused.set(report.id, reasonOf(report));
    return;
  }
  const variant = engine.pool.find(({ recipe }) => recipe === report.id);
  const known = offered.get(report.id);
  const resident = known?.resident || variant?.state === "resident";
  offered.set(report.id, {
    report: known?.report ?? report,
    resident,
    parked: !resident && (known?.parked || variant?.state === "parked"),
    weightsBytes:
      known?.weightsBytes ?? (variant && variant.weightsBytes > 0 ? variant.weightsBytes : undefined),
    jobs: [],
    engines: (known?.engines ?? 0) + 1,
  });
}

/** Of one that can't run. */
export const reasonOf = ({ reason }: RecipeReport): Notice => reason ?? { message: "no reason was given" };

/** One line that tells a backend from the others: family and bits are in the label, memory where it is measured. */
export const describe = (t: Texts, { report, weightsBytes, resident }: Backend): string =>
  t.backends.choice(report.label, report.bits, weightsBytes, resident);

/** What matches the typed text, loaded ones first: no more than autocomplete shows, unless told. */
export function matchBackends(directory: Directory, typed: string, most = CHOICES): Backend[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return directory.offered
    .filter(({ report }) => {
      const text = `${report.id} ${report.label} ${report.family}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => Number(b.resident) - Number(a.resident))
    .slice(0, most);
}
