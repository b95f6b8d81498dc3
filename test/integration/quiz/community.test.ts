/** Members of known skill through the real draws and the real vote path. More of them: npm run simulate:votes. */
import { expect, it } from "vitest";
import { scoredRounds, scoresOf } from "../../../src/quiz/scores.ts";
import { seededRandom } from "../../bench/quiz/community.ts";
import { playStudy } from "../../bench/quiz/votePath.ts";
import { plan } from "../../support/plan.ts";
import { fileRedis } from "../../support/redis.ts";

const { redis } = await fileRedis();

it("those who see are told from those who guess, each backend over its own rounds, controls apart", async () => {
  const study = plan({ backends: ["nf4", "q2"], rounds: 12, shamPercent: 20, closing: { votes: 10_000 } });
  const seeing = { members: 15, rate: 0.9, skillSd: 0, tasteSd: 0.1 };
  const played = await playStudy(redis, study, seeing, seededRandom(1));
  if (played.result.state !== "complete") throw new Error("a study that has its rounds is complete");
  for (const { rounds, p, interval, correct, votes } of played.result.backends) {
    expect(rounds).toBe(12);
    expect(p).toBeLessThan(0.01);
    expect(interval.lower).toBeGreaterThan(0.5);
    expect(correct / votes).toBeGreaterThan(0.75);
  }
  expect(played.rounds).toBeGreaterThanOrEqual(24);
  const own = scoresOf(await scoredRounds(redis, study.guildId), "10000");
  expect(own).toHaveLength(1); // sham rounds are in no score
  expect(own[0]?.votes).toBeLessThanOrEqual(24);
});

it("those who guess with a strong common taste are not taken for seeing", async () => {
  // Six studies are few: the exact test errs in at most one of twenty, and twice in a row hardly ever.
  let significant = 0;
  for (let index = 0; index < 6; index += 1) {
    const study = plan({
      ...{ id: `sg${index}`, guildId: `30${index}`, interactionId: `7${index}` },
      ...{ backends: ["nf4"], rounds: 10, closing: { votes: 10_000 } },
    });
    const guessing = { members: 15, rate: 0.5, skillSd: 0, tasteSd: 0.3 };
    const { result } = await playStudy(redis, study, guessing, seededRandom(index));
    significant += Number(result.state === "complete" && (result.backends[0]?.p ?? 0) <= 0.01);
  }
  expect(significant).toBeLessThanOrEqual(2);
});
