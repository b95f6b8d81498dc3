/** The numbers of a chart as text, as many as a message holds. */
import type { Texts } from "../texts/texts.ts";

/** Discord takes 2,000 characters in a message. */
const LIMIT = 2000;
/** For the line that says how many rows were left out. */
const RESERVE = 40;

/** @param head what stands above the rows, and below them `foot` */
export function withRows(t: Texts, head: string, rows: readonly string[], foot: string): string {
  const room = LIMIT - RESERVE - head.length - foot.length;
  const shown: string[] = [];
  let used = 0;
  for (const row of rows) {
    used += row.length + 1;
    if (used > room) break;
    shown.push(row);
  }
  const left = rows.length - shown.length;
  return [head, ...shown, ...(left > 0 ? [t.stats.more(left)] : []), foot].filter(Boolean).join("\n");
}
