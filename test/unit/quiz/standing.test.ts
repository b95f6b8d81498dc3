/** What a study asks next, and what it gives up, by what could be asked so far. */
import { describe, expect, it } from "vitest";
import type { VotedRound } from "../../../src/quiz/evidence.ts";
import { resultOf } from "../../../src/quiz/evidence.ts";
import type { Plan } from "../../../src/quiz/plan.ts";
import { drawRound, roundId } from "../../../src/quiz/round.ts";
import { standing } from "../../../src/quiz/standing.ts";
import { plan } from "../../support/plan.ts";

const VOTES = [{ memberId: "1", choice: 0, at: 0 }];

/** A study to its end, in which a round of some backends can never be asked. */
function played(of: Plan, failing: readonly string[], most = 500) {
  const rounds: VotedRound[] = [];
  for (;;) {
    const voted = rounds.filter(({ state, round }) => state === "revealed" && round.mapping.trial !== "sham");
    const stands = standing(of, rounds, voted);
    if (stands.hopeless || stands.done >= stands.planned || rounds.length === most)
      return { stands, rounds, voted };
    const number = rounds.length + 1;
    const round = drawRound(of, roundId(of, number), number, stands.asked);
    const fails = round.renders.some(({ recipe }) => failing.includes(recipe));
    rounds.push({
      ...{ round, state: fails ? "void" : "revealed", openedAt: 1, closesAt: 2, closedAt: 2, figures: [] },
      ...{ messageId: undefined, votes: fails ? [] : VOTES },
    });
  }
}

describe("incident: one backend that could not be rendered ended a study of fourteen", () => {
  const backends = Array.from({ length: 14 }, (_, index) => `b${index}`);
  const of = plan({ backends, rounds: 9, shamPercent: 10 });

  it.each([[["b3"]], [["b3", "b9"]]])(
    "without %j the others get all their rounds and a verdict",
    (failing) => {
      for (let run = 0; run < 20; run += 1) {
        const { stands, rounds, voted } = played(of, failing);
        expect(stands.setAside).toEqual(failing);
        expect(stands.done).toBe(9 * (14 - failing.length));
        expect(rounds.filter(({ state }) => state === "void").length).toBeLessThanOrEqual(3 * failing.length);
        const result = resultOf(of, voted, stands);
        expect(result.state).toBe("complete");
        expect(result.backends.map(({ backend }) => backend)).not.toContain(failing[0]);
      }
    },
  );

  it("where none can be asked about, it ends after five rounds", () => {
    const { stands, rounds } = played(of, ["bf16"]);
    expect(stands.hopeless).toBe(true);
    expect(rounds).toHaveLength(5);
    expect(played(plan({ backends: ["b1"], rounds: 9 }), ["b1"]).rounds).toHaveLength(3);
  });

  it("where one fails at the end, what is complete stays", () => {
    const { rounds } = played(of, []);
    const last = rounds.findLast(({ round }) => round.mapping.trial !== "sham");
    const before = rounds.map((round) =>
      round === last ? { ...round, state: "void" as const, votes: [] } : round,
    );
    const stands = standing(
      of,
      before,
      before.filter(({ state, round }) => state === "revealed" && round.mapping.trial !== "sham"),
    );
    expect(stands).toMatchObject({ hopeless: false, setAside: [], planned: 126, done: 125 });
  });
});
