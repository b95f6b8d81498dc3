/**
 * Twenty requests and six kills; with `npm run test:faults` two hundred and forty, and everything else that can go
 * wrong. The seed decides what is asked and where it strikes; what the processes make of it is theirs.
 */
import { expect, it } from "vitest";
import { AT_LENGTH } from "../support/length.ts";
import { runStorm } from "../support/storm/storm.ts";

const MINUTE_MS = 60_000;
const SEED = Number(process.env.QUANTSPOT_FAULTS_SEED ?? 1);
const SIZE = AT_LENGTH ? { requests: 200, kills: 40, troubles: 2 } : { requests: 20, kills: 6, troubles: 0 };
/** A leak would be seen in `npm run soak`; this is for what runs away. */
const MOST_MEBIBYTES = 600;

it(`loses nothing and answers nothing twice (seed ${SEED})`, { timeout: 30 * MINUTE_MS }, async () => {
  const aftermath = await runStorm({ seed: SEED, ...SIZE });
  const { fates, problems, presets, orphans, keysLeft, strayLines, mebibytes } = aftermath;
  console.log(`seed ${SEED}`, { ...SIZE, ...aftermath, presets: presets.kept.length });
  expect(problems).toEqual([]);
  expect(Object.values(fates).reduce((sum, count) => sum + count)).toBe(SIZE.requests);
  // Else it would have been a storm in which nothing was at stake.
  expect(fates.answered).toBeGreaterThan(SIZE.requests / 2);
  expect(presets.kept).toEqual(expect.arrayContaining(presets.promised));
  expect(orphans).toEqual([]);
  expect(keysLeft).toEqual([]);
  expect(strayLines).toEqual([]);
  for (const size of Object.values(mebibytes)) expect(size).toBeLessThan(MOST_MEBIBYTES);
});
