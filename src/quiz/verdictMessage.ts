/** The message that ends a study: its verdicts, and for moderators the way to the new default. */
import type { Redis } from "ioredis";
import { fitting } from "../discord/fit.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import { row } from "../generation/view.ts";
import { roundsOf } from "../store/quiz/rounds.ts";
import type { Texts } from "../texts/texts.ts";
import { quizButton } from "./button.ts";
import { resultOf, scoredVotes, type VotedRound, votedRounds } from "./evidence.ts";
import type { Plan } from "./plan.ts";
import { type Standing, standing } from "./standing.ts";
import { clusterInterval } from "./statistics/clusters.ts";
import { studyVerdict } from "./verdict.ts";

const MOST_BUTTONS = 4;

export async function verdictMessage(redis: Redis, t: Texts, plan: Plan): Promise<OutgoingMessage> {
  const rounds = await roundsOf(redis, plan.id);
  const voted = await votedRounds(redis, plan, rounds);
  const stands = standing(plan, rounds, voted);
  const evidence = quizButton(t.rounds.buttonEvidence, ["quiz-study", plan.id, "evidence"]);
  if (plan.mode === "find-original")
    return { content: foundText(t, plan, voted), components: [row(evidence)] };
  const verdict = studyVerdict(resultOf(plan, voted, stands), t);
  const cheaper = passed(plan, voted, stands, t).slice(0, MOST_BUTTONS);
  const buttons = cheaper.map((backend) =>
    quizButton(t.rounds.buttonDefault(backend), ["quiz-default", plan.id, backend]),
  );
  const sentences =
    verdict.state === "complete"
      ? verdict.verdicts.map((of) => `- ${of.sentences.join(" ")}`)
      : verdict.sentences;
  const title = t.rounds.verdictTitle(plan.id);
  const foot = stands.setAside.length > 0 ? [t.rounds.setAside(stands.setAside)] : [];
  const { shown, left } = fitting(sentences, [title, t.rounds.more(sentences.length), ...foot]);
  const all = Buffer.from(`${[...sentences, ...foot].join("\n")}\n`);
  return {
    content: [title, ...shown, ...(left > 0 ? [t.rounds.more(left)] : []), ...foot].join("\n"),
    ...(left > 0 && { files: [{ name: "verdict.md", data: all, description: t.rounds.altVerdict }] }),
    components: [row(...buttons, evidence)],
  };
}

/** Backends that a complete study found practically at chance, and that take less memory than the original. */
export function passed(plan: Plan, voted: readonly VotedRound[], stands: Standing, t: Texts): string[] {
  const verdict = studyVerdict(resultOf(plan, voted, stands), t);
  if (verdict.state === "unfinished") return [];
  const weights = (recipe: string) => weightsOf(voted, recipe) ?? Number.POSITIVE_INFINITY;
  return verdict.verdicts
    .filter(({ backend, equivalent }) => equivalent && weights(backend) < weights(plan.original))
    .map(({ backend }) => backend);
}

/** Bytes of a backend's weights, as last measured in the study. */
export function weightsOf(voted: readonly VotedRound[], recipe: string): number | undefined {
  const found = voted.flatMap(({ round, figures }) =>
    round.renders.flatMap((render, index) =>
      render.recipe === recipe ? (figures[index]?.weightsBytes ?? []) : [],
    ),
  );
  return found.at(-1);
}

/** 'Find the original' has another chance level and mixes backends: a table of its own, and no verdict. */
export function foundText(t: Texts, plan: Plan, voted: readonly VotedRound[]): string {
  const votes = scoredVotes(voted);
  const correct = votes.filter(({ success }) => success).length;
  const members = new Set(votes.map(({ memberId }) => memberId)).size;
  const title = t.rounds.foundTitle(plan.id);
  if (votes.length === 0) return title;
  return [title, t.rounds.found(correct, votes.length, members, clusterInterval(votes), plan.options)].join(
    "\n",
  );
}
