/**
 * Holm's step-down adjustment: Holm (1979), A simple sequentially rejective multiple test procedure. Controls the
 * family-wise error rate whatever the dependence between the tests.
 *
 * @returns adjusted p values, in the order given
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach(({ p, index }, rank) => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is no p value`);
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
