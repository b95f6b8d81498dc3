/** What /quiz evidence and status say of studies that ended otherwise than planned. */
import { expect, it } from "vitest";
import { DirectoryCache } from "../../../src/backends/cache.ts";
import { votedRounds } from "../../../src/quiz/evidence.ts";
import { evidenceMessage, statusText } from "../../../src/quiz/evidenceMessage.ts";
import { drawRound, NOTHING_ASKED, roundId } from "../../../src/quiz/round.ts";
import { standing } from "../../../src/quiz/standing.ts";
import {
  closeRound,
  openRound,
  roundsOf,
  setRevealed,
  storeDraw,
  voidRound,
} from "../../../src/store/quiz/rounds.ts";
import { castVote } from "../../../src/store/quiz/votes.ts";
import { en } from "../../../src/texts/en/index.ts";
import { plan } from "../../support/plan.ts";
import { fileRedis } from "../../support/redis.ts";

const { redis } = await fileRedis();

it("incident: evidence of a study that could not go on failed, though votes had been cast", async () => {
  const of = plan({ backends: ["nf4"], rounds: 9 });
  for (let number = 1; number <= 4; number += 1) {
    const id = roundId(of, number);
    await storeDraw(redis, of, drawRound(of, id, number, NOTHING_ASKED));
    if (number > 1) await voidRound(redis, id);
    else {
      await openRound(redis, id, []);
      await castVote(redis, { roundId: id, memberId: "7", choice: 0, interactionId: "8", messageId: "9" });
      await closeRound(redis, id, true);
      await setRevealed(redis, id);
    }
  }
  const rounds = await roundsOf(redis, of.id);
  const stands = standing(of, rounds, await votedRounds(redis, of, rounds));
  expect(stands.hopeless).toBe(true);
  const study = { plan: of, state: "stopped" as const };
  expect(statusText(en, study, stands)).toMatch(/stopped without a verdict · 1 of 9 rounds with votes$/);
  const directory = await new DirectoryCache(redis).get();
  const { content } = await evidenceMessage({ redis, directory }, en, study);
  expect(content).toMatch(/Stopped without a verdict.*`nf4` · [01] of 1 vote right/s);
});
