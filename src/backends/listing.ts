/** /backends list: which backends are shown in which order, and what is said of each. */
import type { Texts } from "../texts/texts.ts";
import { ARTICLE, ARTICLE_URL } from "./article.ts";
import type { Backend, Directory } from "./directory.ts";
import type { Measured } from "./measured.ts";

export type State = "resident" | "parked" | "absent";

export const stateOf = ({ resident, parked }: Backend): State =>
  resident ? "resident" : parked ? "parked" : "absent";

export const SORTS = ["memory", "time", "bits", "name"] as const;
export const STATES: readonly State[] = ["resident", "parked", "absent"];
/** Bits of a stored weight by what people call them; scales make 4-bit formats up to 5.5. */
export const BITS = {
  low: (bits: number) => bits < 6,
  eight: (bits: number) => bits >= 6 && bits < 12,
  full: (bits: number) => bits >= 12,
} as const;

/** Undefined is every one; sorted as the engines offer them when `sort` is left out. */
export interface Wanted {
  family?: string | undefined;
  bits?: keyof typeof BITS | undefined;
  state?: State | undefined;
  sort?: (typeof SORTS)[number] | undefined;
}

/** What is not measured comes last. */
export function select({ offered }: Directory, { figures }: Measured, wanted: Wanted): Backend[] {
  const { family, bits, state, sort } = wanted;
  const found = offered.filter(
    (backend) =>
      (family === undefined || backend.report.family === family) &&
      (bits === undefined || BITS[bits](backend.report.bits)) &&
      (state === undefined || stateOf(backend) === state),
  );
  const by: Record<(typeof SORTS)[number], (a: Backend, b: Backend) => number> = {
    memory: ascending((backend) => backend.weightsBytes),
    time: ascending(({ report }) => figures.get(report.id)?.seconds.median),
    bits: ascending(({ report }) => report.bits),
    name: (a, b) => a.report.label.localeCompare(b.report.label),
  };
  return sort === undefined ? found : found.toSorted(by[sort]);
}

/** For sorting by a figure that may be missing: what has none comes last. */
export function ascending<T>(figure: (item: T) => number | undefined): (a: T, b: T) => number {
  return (a, b) => {
    const [x, y] = [figure(a), figure(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return x - y;
  };
}

/** Two lines of one backend. */
export function row(t: Texts, backend: Backend, { figures }: Measured): string {
  const { report, weightsBytes } = backend;
  const { id, label, bits } = report;
  return [
    t.backends.row(label, id, bits, stateOf(backend)),
    t.backends.rowFigures(weightsBytes, figures.get(id), ARTICLE[id]),
  ].join("\n");
}

/** What stands above the rows: what their figures mean. */
export function legend(t: Texts, { setting }: Measured): string {
  const times = setting ? t.backends.timesAre(setting) : t.backends.noTimes;
  return `${times}\n${t.backends.articleIs(ARTICLE_URL)}`;
}
