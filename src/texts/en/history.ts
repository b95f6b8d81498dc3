/** What the histories of presets and settings say, and undoing. */
export const history = {
  title: (total: number) => (total === 1 ? "**1 change**" : `**${total} changes**, the newest first`),
  empty: "Nothing has been changed here yet.",
  change: (revision: number, by: string, at: number, what: string, why: string | undefined) =>
    `\`#${revision}\` <t:${Math.floor(at / 1000)}:f> <@${by}>: ${what}${why === undefined ? "" : `\n-# ${why}`}`,
  undoing: (revision: number) => `undid \`#${revision}\``,
  undone: (what: string) => `Undone: ${what}`,
  nothingToUndo: "There is nothing to undo.",
  conflict:
    "Somebody else changed the same thing at this moment, so nothing was saved. Look at it and try again.",
};
