/** What sentences of several subjects are made with, in German. */
import type { Setting } from "../en/words.ts";
import { unitsOf } from "../units.ts";

export const units = unitsOf("de");
export const { bytes, seconds, percent, number, fixed, pValue } = units;

/** A number and what it counts: "1 Schritt", "2 Schritte". The plural is given in the case that the sentence wants. */
export const s = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const steps = (count: number) => s(count, "Schritt", "Schritte");
export const images = (count: number) => s(count, "Bild", "Bilder");
export const days = (count: number) => s(count, "Tag", "Tage");

/** Discord takes 2,000 characters in a message; a list longer than this is cut. */
const SHOWN = 20;
export const listed = (items: readonly string[]) =>
  items.length > SHOWN
    ? `${items.slice(0, SHOWN).join(", ")} und ${items.length - SHOWN} weitere`
    : items.join(", ");

/** In what something was measured. */
export const setting = ({ width, height, steps: count, deviceName }: Setting) =>
  `${width}×${height}, ${steps(count)} auf ${deviceName}`;
