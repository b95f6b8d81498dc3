/** More would be noise of the computation. */
const MOST = 12;

/**
 * Digits after the point, at least so many, that leave a figure on its side of each limit: 0.0498 rounded to 0.050
 * would contradict the sentence that goes by 'below 0.05'.
 */
export function digitsApart(value: number, limits: readonly number[], least: number): number {
  for (let digits = least; digits < MOST; digits += 1) {
    const shown = Number(value.toFixed(digits));
    if (limits.every((limit) => Math.sign(shown - limit) === Math.sign(value - limit))) return digits;
  }
  return MOST;
}
