/** What sentences of several subjects are made with, in English. */
import { unitsOf } from "../units.ts";

export const units = unitsOf("en");
export const { bytes, seconds, percent, number, fixed, pValue } = units;

/** A number and what it counts: "1 step", "2 steps". */
export const s = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Discord takes 2,000 characters in a message; a list longer than this is cut. */
const SHOWN = 20;
export const listed = (items: readonly string[]) =>
  items.length > SHOWN
    ? `${items.slice(0, SHOWN).join(", ")} and ${items.length - SHOWN} more`
    : items.join(", ");

export interface Setting {
  width: number;
  height: number;
  steps: number;
  deviceName: string;
}
/** In what something was measured. */
export const setting = ({ width, height, steps, deviceName }: Setting) =>
  `${width}×${height}, ${s(steps, "step")} on ${deviceName}`;
