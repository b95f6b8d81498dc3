/** The numbers of a chart as text, as many as a message holds. */
import { fitting } from "../discord/fit.ts";
import type { Texts } from "../texts/texts.ts";

/** @param head what stands above the rows, and below them `foot` */
export function withRows(t: Texts, head: string, rows: readonly string[], foot: string): string {
  const { shown, left } = fitting(rows, [head, t.stats.more(rows.length), foot]);
  return [head, ...shown, ...(left > 0 ? [t.stats.more(left)] : []), foot].filter(Boolean).join("\n");
}
