/** Figures as people read them. */
const KIB = 1024;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes in binary units with three significant digits: 5.75 MiB. */
export function bytes(count: number): string {
  const power = count < KIB ? 0 : Math.min(Math.floor(Math.log2(count) / 10), UNITS.length - 1);
  const value = count / KIB ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${UNITS[power]}`;
}

/** Seconds: 0.37 s, 12.5 s, 2 min 5 s. */
export function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(2)} s`;
  if (value < 60) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A bar of `width` characters, filled to the fraction done. */
export function bar(fraction: number, width = 16): string {
  const full = Math.round(Math.min(Math.max(fraction, 0), 1) * width);
  return "▰".repeat(full) + "▱".repeat(width - full);
}
