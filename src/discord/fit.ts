/** What fits one message: the whole of what must stand in it, and of a list as much as there is room for. */
import { CONTENT_LIMIT } from "./messages.ts";

/** @returns as many lines, from the first on, as fit beside what else stands in the message, and how many are left */
export function fitting(
  lines: readonly string[],
  beside: readonly string[],
): { shown: string[]; left: number } {
  let room = CONTENT_LIMIT - beside.reduce((sum, line) => sum + line.length + 1, 0);
  const shown: string[] = [];
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) break;
    shown.push(line);
  }
  return { shown, left: lines.length - shown.length };
}
