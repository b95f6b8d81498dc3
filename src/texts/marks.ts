import type { Standing } from "../queue/standing.ts";

/** The first character of a message tells how the request ended; people see it, the demo's headless mode reads it. */
export const marks = { refused: "⚠️", cancelled: "🚫" } as const;

export const isUnsuccessful = (content: string): boolean =>
  Object.values(marks).some((mark) => content.startsWith(mark));

/** Of one backend of several. */
export const standings: Record<Standing, string> = {
  waiting: "⏳",
  running: "🎨",
  rendered: "✅",
  failed: marks.refused,
  removed: marks.cancelled,
};
