/** What the histories of presets and settings say, and undoing, in German. */
import type { history as english } from "../en/history.ts";
import type { Wording } from "../wording.ts";

export const history: Wording<typeof english> = {
  title: (total) => (total === 1 ? "**1 Änderung**" : `**${total} Änderungen**, die neueste zuerst`),
  empty: "Hier wurde noch nichts geändert.",
  change: (revision, by, at, what, why) =>
    `\`#${revision}\` <t:${Math.floor(at / 1000)}:f> <@${by}>: ${what}${why === undefined ? "" : `\n-# ${why}`}`,
  undoing: (revision) => `\`#${revision}\` rückgängig gemacht`,
  undone: (what) => `Rückgängig gemacht: ${what}`,
  nothingToUndo: "Es gibt nichts, was man rückgängig machen könnte.",
  conflict:
    "Jemand anderes hat im selben Moment dasselbe geändert, deshalb wurde nichts gespeichert. Schau es dir an und versuch es noch einmal.",
};
