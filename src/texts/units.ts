/** Figures as people read them, in their language: 5.75 MiB in English is 5,75 MiB in German. */
import { digitsApart } from "./digits.ts";

const KIB = 1024;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
/** More than any double has: figures are shown as they are. */
const ALL_DIGITS = 20;
const SMALLEST_P = 0.001;

/** @param language as Intl knows it: "en", "de" */
export function unitsOf(language: string) {
  const formats = new Map<string, Intl.NumberFormat>();
  const format = (value: number, style: "decimal" | "percent", least: number, most: number) => {
    const key = `${style} ${least} ${most}`;
    const digits = { minimumFractionDigits: least, maximumFractionDigits: most };
    const known = formats.get(key);
    const numbers =
      known ??
      new Intl.NumberFormat(language, { style, ...digits, useGrouping: false, signDisplay: "negative" });
    if (!known) formats.set(key, numbers);
    return numbers.format(value);
  };

  /** With so many digits after the point. */
  const fixed = (value: number, digits: number) => format(value, "decimal", digits, digits);

  return {
    fixed,

    /** Exact enough to compare with the thresholds of the verdict's words, never rounded to zero. */
    pValue: (p: number) =>
      p < SMALLEST_P
        ? `p < ${fixed(SMALLEST_P, 3)}`
        : `p = ${fixed(p, digitsApart(p, [SMALLEST_P, 0.01, 0.05, 0.1], 3))}`,

    /** As it is. */
    number: (value: number) => format(value, "decimal", 0, ALL_DIGITS),

    /** A share of one: 12.5%. */
    percent: (share: number, digits = 0) => format(share, "percent", digits, digits),

    /** Bytes in binary units with three significant digits: 5.75 MiB. */
    bytes(count: number): string {
      const power = count < KIB ? 0 : Math.min(Math.floor(Math.log2(count) / 10), UNITS.length - 1);
      const value = count / KIB ** power;
      return `${fixed(value, power === 0 || value >= 100 ? 0 : value < 10 ? 2 : 1)} ${UNITS[power]}`;
    },

    /** Seconds: 0.37 s, 12.5 s, 2 min 5 s. */
    seconds(value: number): string {
      if (value < 10) return `${fixed(value, 2)} s`;
      if (value < 60) return `${fixed(value, 1)} s`;
      const whole = Math.round(value);
      return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    },

    /** Seconds that are an estimate, as fine as one can be: 4 s, 25 s, 3 min, 1 h 20 min. */
    roughly(value: number): string {
      if (value < 10) return `${Math.max(1, Math.round(value))} s`;
      if (value < 57.5) return `${Math.round(value / 5) * 5} s`;
      const minutes = Math.max(1, Math.round(value / 60));
      if (minutes < 60) return `${minutes} min`;
      const tens = Math.round(minutes / 10);
      return `${Math.floor(tens / 6)} h${tens % 6 === 0 ? "" : ` ${(tens % 6) * 10} min`}`;
    },
  };
}

/** A bar of `width` characters, filled to the fraction done. */
export function bar(fraction: number, width = 16): string {
  const full = Math.round(Math.min(Math.max(fraction, 0), 1) * width);
  return "▰".repeat(full) + "▱".repeat(width - full);
}
