/** The named sets of /compare: what a name means follows from what the workers online offer and what was measured. */
import { ARTICLE } from "../../backends/article.ts";
import type { Backend, Directory } from "../../backends/directory.ts";
import type { Paces } from "../../presets/pace.ts";
import { byPace } from "../../presets/shipped.ts";
import { Refusal } from "../../refusal.ts";

export const SETS = ["4-bit", "8-bit", "article", "fastest"] as const;
export type SetName = (typeof SETS)[number];

export const MAX_BACKENDS = 6;

/** Bits of one stored weight, scales included: 4-bit formats have up to 5 (GGUF Q4_1), 8-bit ones up to 8.5 (Q8_0). */
const BITS: Partial<Record<SetName, [least: number, most: number]>> = { "4-bit": [4, 5], "8-bit": [8, 8.5] };

/**
 * The recipes of a set: the original where it is offered, since differences are told from it, and up to five more.
 * @throws Refusal when fewer than two are offered, or none was measured for 'fastest'
 */
export function recipesOfSet(name: string, { offered }: Directory, paces: Paces): string[] {
  const set = SETS.find((known) => known === name);
  if (!set) throw new Refusal((t) => t.compare.unknownSet(SETS));
  const originals = offered.filter(({ report }) => report.family === "original" && isPlain(report));
  // An offloaded or compiled variant draws the pictures of its plain one.
  const others = offered.filter(({ report }) => report.family !== "original" && isPlain(report));
  const chosen = [...originals.slice(0, 1), ...members(set, others, paces)].slice(0, MAX_BACKENDS);
  if (chosen.length < 2)
    throw new Refusal((t) => (set === "fastest" ? t.compare.nothingMeasured : t.compare.emptySet(set)));
  return chosen.map(({ report }) => report.id);
}

export const isPlain = ({ placement, execution }: Backend["report"]) =>
  placement === "resident" && execution === "eager";

function members(set: SetName, others: Backend[], paces: Paces): Backend[] {
  if (set === "fastest") return others.filter(({ report }) => paces.has(report.id)).toSorted(byPace(paces));
  if (set === "article") return smallestOfEachFamily(others);
  const [least = 0, most = 0] = BITS[set] ?? [];
  return inTurns(others.filter(({ report }) => report.bits >= least && report.bits <= most));
}

/** From each family of the article, the backend that took the least memory there. */
function smallestOfEachFamily(others: Backend[]): Backend[] {
  const peak = ({ report }: Backend) => ARTICLE[report.id]?.peakGib ?? Number.POSITIVE_INFINITY;
  const ofArticle = others.filter(({ report }) => ARTICLE[report.id]).toSorted((a, b) => peak(a) - peak(b));
  return ofArticle.filter(
    ({ report }, index) => ofArticle.findIndex((other) => other.report.family === report.family) === index,
  );
}

/** One of each family, then the second of each: loaded ones first. */
function inTurns(backends: Backend[]): Backend[] {
  const seen = new Map<string, number>();
  return backends
    .toSorted((a, b) => Number(b.resident) - Number(a.resident))
    .map((backend) => {
      const turn = seen.get(backend.report.family) ?? 0;
      seen.set(backend.report.family, turn + 1);
      return { backend, turn };
    })
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ backend }) => backend);
}
