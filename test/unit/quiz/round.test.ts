/** What a round is made of, and that nothing outside of its own record depends on where its pictures stand. */
import { describe, expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import { keepsPromise } from "../../../src/quiz/check.ts";
import { commit, verify } from "../../../src/quiz/commitment.ts";
import { openingText } from "../../../src/quiz/kind.ts";
import type { Plan } from "../../../src/quiz/plan.ts";
import { canFind, membersNeeded, roundsNeeded } from "../../../src/quiz/reach.ts";
import { drawRound, NOTHING_ASKED, type Round, roundId, toRequest } from "../../../src/quiz/round.ts";
import { parseClosing, toPlan } from "../../../src/quiz/start.ts";
import { isEquivalent } from "../../../src/quiz/statistics/equivalence.ts";
import { Refusal } from "../../../src/refusal.ts";
import type { StoredRound } from "../../../src/store/quiz/rounds.ts";
import { languages } from "../../../src/texts/texts.ts";
import { plan } from "../../support/plan.ts";
import { presence, recipe } from "../../support/presence.ts";

const draw = (of: Plan, number = 1) => drawRound(of, roundId(of, number), number, NOTHING_ASKED);
const MANY = Array.from({ length: 14 }, (_, index) => `backend-${index}`);
const opened = (of: Plan): StoredRound => ({
  ...{ round: draw(of), state: "open", openedAt: 1, closesAt: 2, closedAt: undefined, figures: [] },
  messageId: undefined,
});
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The same round with its pictures in another order. */
function reversed(round: Round): Round {
  const order = round.order.toReversed();
  const options = round.mapping.options.toReversed();
  const mapping = { ...round.mapping, options, answer: order.length - 1 - round.mapping.answer };
  return { ...round, order, mapping, ...commit(mapping) };
}

describe("a drawn round", () => {
  const modes: [string, Plan][] = [
    ["of two pictures", plan()],
    ["that is a sham", plan({ shamPercent: 100 })],
    ["of four pictures", plan({ mode: "find-original", options: 4 })],
  ];

  it.each(modes)("%s gives the queue, the workers and their logs nothing of its order", (_, of) => {
    for (const round of times(20, () => draw(of))) {
      const { createdAt: _at, ...request } = toRequest(of, round);
      const { createdAt: _other, ...other } = toRequest(of, reversed(round));
      expect(other).toEqual(request);
      expect(request.renders[0]?.recipe).toBe("bf16");
      expect(
        request.renders.every(({ secret, noise }) => secret && noise[0]?.[0]?.seed === round.mapping.seed),
      );
      const named = request.renders.map(({ recipe }) => of.backends.indexOf(recipe));
      expect(named).toEqual(named.toSorted((a, b) => a - b));
    }
  });

  it.each(modes)("%s keeps its promise, and another answer would break it", (_, of) => {
    const round = draw(of);
    expect(keepsPromise(of, round)).toBe(true);
    expect(verify(round.hash, round.reveal)).toMatchObject({ valid: true, mapping: round.mapping });
    expect(keepsPromise(of, { ...round, reveal: round.reveal.replace(/"seed":\d/, '"seed":9') })).toBe(false);
    if (round.mapping.trial === "sham") return;
    const answer = (round.mapping.answer + 1) % round.order.length;
    expect(keepsPromise(of, { ...round, ...commit({ ...round.mapping, answer }) })).toBe(false);
    const swapped = { ...round, order: round.order.toReversed() };
    if (round.order.length === 2) expect(keepsPromise(of, swapped)).toBe(false);
  });

  // Ids were compared up to the first dot: two versions of one backend were taken for each other.
  it("incident: /quiz verify approved of a round that was counted by another answer than it had promised", () => {
    const of = plan({ shamPercent: 50 });
    const round = draw(of);
    const { mapping } = round;
    expect(keepsPromise(of, round)).toBe(true);
    const altered = [
      { ...mapping, answer: 1 - mapping.answer },
      { ...mapping, seed: mapping.seed + 1 },
      { ...mapping, trial: mapping.trial === "sham" ? of.mode : ("sham" as const) },
    ];
    for (const other of altered) expect(keepsPromise(of, { ...round, mapping: other })).toBe(false);
  });

  it("tells apart backends whose ids have a dot", () => {
    const of = plan({ backends: ["int8.a"] });
    const round = draw(of);
    expect(keepsPromise(of, round)).toBe(true);
    const renders = round.renders.map(({ recipe }) => ({ recipe: recipe.replace("int8.a", "int8.b") }));
    expect(keepsPromise(of, { ...round, renders })).toBe(false);
  });

  it("stands on either side, and asks each backend and prompt equally often", () => {
    const of = plan();
    const rounds = times(400, (index) => draw(of, index + 1));
    const left = rounds.filter(({ mapping }) => mapping.answer === 0).length;
    expect(Math.abs(left - 200)).toBeLessThan(60); // six standard deviations
    const asked = {
      done: new Set<string>(),
      ofBackend: new Map([
        ["nf4", 2],
        ["int8", 1],
        ["q2", 2],
      ]),
      ofPrompt: new Map([
        ["a fox", 1],
        ["a boat", 1],
      ]),
    };
    const next = drawRound(of, "r100-2", 2, asked);
    expect(next.renders.map(({ recipe }) => recipe)).toEqual(["bf16", "int8"]);
    expect(next.prompt).toBe("a tree");
    expect(new Set(rounds.map(({ mapping }) => mapping.seed)).size).toBe(400);
  });

  it("is a sham about as often as the plan says, of one backend in two executions", () => {
    const rounds = times(1000, () => draw(plan({ shamPercent: 20 })));
    const shams = rounds.filter(({ mapping }) => mapping.trial === "sham");
    expect(Math.abs(shams.length - 200)).toBeLessThan(80);
    for (const { renders, mapping } of shams) {
      expect(renders).toEqual([{ recipe: "bf16" }, { recipe: "bf16", execution: "alternate" }]);
      // Incident: the answer was another draw, so members who told the executions apart were right in half the rounds.
      expect(mapping.options[mapping.answer]).toBe("bf16.alternate");
    }
  });
});

describe("what a study can reach", () => {
  it("incident: a study of all backends had three rounds of each, in which nothing could be found", () => {
    for (const backends of [1, 2, 3, 6, 7, 14, 25]) {
      expect(canFind(roundsNeeded(backends), backends)).toBe(true);
      expect(canFind(roundsNeeded(backends) - 1, backends)).toBe(false);
    }
    const offered = MANY.map((id) => recipe(id, { family: "torchao", bits: 8 }));
    const directory = directoryOf([presence({ recipes: [recipe("bf16"), ...offered] })]);
    const whose = plan();
    const plain = toPlan({}, directory, whose, () => true);
    expect(plain.backends).toHaveLength(MANY.length);
    expect(canFind(plain.rounds, plain.backends.length)).toBe(true);
    const asked = toPlan({ rounds: 14 }, directory, whose, () => true);
    expect(asked.rounds).toBe(1);
    const opening = openingText(languages.en, asked, opened(asked));
    expect(opening).toMatch(/no evidence is possible: even if every vote is right, p = 1\.000/);
    expect(openingText(languages.en, plain, opened(plain))).not.toMatch(/no evidence is possible/);
  });

  it("needs as many members as the interval of verdicts says, and never fewer", () => {
    for (const rounds of [40, 80]) {
      const needed = membersNeeded(rounds) ?? 0;
      expect(isEquivalent(evenVotes(rounds, needed + 2), 0.5)).toBe(true);
      expect(isEquivalent(evenVotes(rounds, Math.floor(needed * 0.9)), 0.5)).toBe(false);
    }
    expect(membersNeeded(20)).toBeUndefined();
    expect(membersNeeded(80)).toBeLessThan(membersNeeded(40) ?? 0);
  });

  /** Everybody votes in every round, half of them right in each, and each member right in half of theirs. */
  const evenVotes = (rounds: number, members: number) =>
    times(rounds * members, (index) => {
      const [round, member] = [Math.floor(index / members), index % members];
      return { roundId: `r${round}`, memberId: `m${member}`, success: (round + member) % 2 === 0 };
    });
});

describe("the prompts of a study", () => {
  it("incident: with a model of three examples forty rounds were about three pictures", () => {
    const offered = [recipe("bf16"), recipe("int8", { family: "torchao", bits: 8 })];
    const promptsWith = (examples: string[]) => {
      const worker = presence({ recipes: offered });
      for (const { model } of worker.engines) if (model) model.examples = examples;
      return toPlan({}, directoryOf([worker]), plan(), () => true).prompts;
    };
    const three = promptsWith(["a palace", "a spaceport", "an alley"]);
    expect(three.length).toBeGreaterThan(15);
    expect(three).toContain("a palace");
    const own = Array.from({ length: 20 }, (_, index) => `${index} stars`);
    expect(promptsWith(own)).toEqual(own); // what else would such a model draw
  });
});

describe("when a round closes", () => {
  it.each([
    ["30", { minutes: 30 }],
    ["45 minutes", { minutes: 45 }],
    ["2h", { minutes: 120 }],
    ["1 day", { minutes: 1440 }],
    ["2 Stunden", { minutes: 120 }],
    ["3 Tage", { minutes: 4320 }],
    ["12 Stimmen", { votes: 12 }],
    ["12 votes", { votes: 12 }],
    ["1 vote", { votes: 1 }],
  ])("is read from %s", (text, closing) => expect(parseClosing(text)).toEqual(closing));

  it("can be said in words of each language, those that are offered among them", () => {
    const offered = Object.values(languages).map(({ rounds }) => rounds.closes.map(parseClosing));
    for (const closings of offered) expect(closings).toEqual(offered[0]);
  });

  it.each(["", "0", "soon", "-3", "8 days", "0 votes", "1.5 hours", "10 minutes and 3 votes"])(
    "is refused as %s",
    (text) => expect(() => parseClosing(text)).toThrow(Refusal),
  );
});
