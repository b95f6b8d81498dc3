/** What stands under a long list, in German. */
import type { paging as english } from "../en/paging.ts";
import type { Wording } from "../wording.ts";

export const paging: Wording<typeof english> = {
  previous: "◀ Zurück",
  next: "Weiter ▶",
  page: (number, count) => `Seite ${number} von ${count}`,
};
