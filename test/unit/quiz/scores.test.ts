/** Scores and exports: each trial type for itself, nobody by name. */
import { describe, expect, it } from "vitest";
import type { VotedRound } from "../../../src/quiz/evidence.ts";
import { exportFiles } from "../../../src/quiz/export.ts";
import type { Plan } from "../../../src/quiz/plan.ts";
import { drawRound, NOTHING_ASKED, roundId } from "../../../src/quiz/round.ts";
import { byTrial, ranking, scoresOf } from "../../../src/quiz/scores.ts";
import { plan } from "../../support/plan.ts";

/** @param right members who vote for the answer, and those who don't */
function round(of: Plan, number: number, right: string[], wrong: string[] = []): VotedRound {
  const drawn = drawRound(of, roundId(of, number), number, NOTHING_ASKED);
  const { answer, options } = drawn.mapping;
  const vote = (memberId: string, choice: number) => ({ memberId, choice, at: 1000 * number });
  return {
    ...{ round: drawn, state: "revealed", openedAt: 0, closesAt: undefined, closedAt: 1000 * number },
    ...{ figures: [], messageId: undefined },
    votes: [
      ...right.map((id) => vote(id, answer)),
      ...wrong.map((id) => vote(id, (answer + 1) % options.length)),
    ],
  };
}

const two = plan();
const four = plan({ mode: "find-original", options: 4 });
const three = plan({ mode: "find-original", options: 3 });

describe("scores", () => {
  it("never add up trials of different chance", () => {
    const rounds = [
      round(two, 1, ["1"]),
      round(four, 1, ["1"]),
      round(three, 1, [], ["1"]),
      round(two, 2, ["1"]),
    ];
    expect(byTrial(rounds).map(({ trial, rounds: own }) => [trial.options, own.length])).toEqual([
      [2, 2],
      [3, 1],
      [4, 1],
    ]);
    const scores = scoresOf(rounds, "1");
    expect(scores.map(({ trial, votes, correct }) => [trial.options, votes, correct])).toEqual([
      [2, 2, 2],
      [3, 1, 0],
      [4, 1, 1],
    ]);
    expect(scores.map(({ p }) => p)).toEqual([0.25, 1, 0.25]);
  });

  it("count right answers in a row in the order of the rounds, over those that were missed", () => {
    const rounds = [
      round(two, 1, ["1"]),
      round(two, 2, ["1"]),
      round(two, 3, ["2"]),
      round(two, 4, ["1"]),
      round(two, 5, [], ["1"]),
      round(two, 6, ["1"]),
    ];
    expect(scoresOf(rounds, "1")[0]).toMatchObject({ votes: 5, correct: 4, streak: 1, longest: 3 });
    expect(scoresOf(rounds, "3")).toEqual([]);
  });

  it("rank from 20 votes on, by what is sure", () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      round(two, index + 1, ["1"], index < 10 ? ["2"] : []),
    );
    expect(ranking(many).map(({ memberId }) => memberId)).toEqual(["1"]);
    expect(ranking(many.slice(1))).toEqual([]);
  });
});

describe("an export", () => {
  const rounds = [round(two, 1, ["111111"], ["222222"]), round(two, 2, ["222222"])];
  const study = {
    plan: plan({ userId: "999999", guildId: "888888", channelId: "777777" }),
    state: "running" as const,
  };

  it("names nobody, and says which votes are of one member", () => {
    const { csv, json } = exportFiles(study, rounds);
    for (const id of ["111111", "222222", "999999", "888888", "777777"])
      for (const file of [csv, json]) expect(file.toString()).not.toContain(id);
    const { votes } = JSON.parse(json.toString());
    expect(votes[1].member).toBe(votes[2].member);
    expect(votes[0].member).not.toBe(votes[1].member);
    expect(exportFiles(study, rounds).csv.toString()).not.toContain(votes[0].member);
  });

  it("is the same as CSV and as JSON, with every column explained", () => {
    const { csv, json } = exportFiles(study, rounds);
    const { votes, columns } = JSON.parse(json.toString());
    const [head = "", ...lines] = csv.toString().trim().split("\r\n");
    const names = head.split(",");
    expect(names).toEqual(Object.keys(columns));
    expect(lines.map((line) => line.split(","))).toEqual(
      votes.map((vote: Record<string, string | number>) => names.map((name) => String(vote[name]))),
    );
    expect(votes.map(({ correct }: { correct: number }) => correct)).toEqual([1, 0, 1]);
  });
});
