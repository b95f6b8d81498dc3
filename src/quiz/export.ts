/** A study's votes for whoever wants to compute for themselves: without names, with what each column means. */
import { randomBytes } from "node:crypto";
import type { StoredRound } from "../store/quiz/rounds.ts";
import type { StoredStudy } from "../store/quiz/studies.ts";
import type { Vote } from "../store/quiz/votes.ts";

export interface ExportedRound extends StoredRound {
  votes: readonly Vote[];
}

const MINUTE = 60_000;

/** What stands in the files, by column. */
const DICTIONARY = {
  study: "Id of the study.",
  round: "Id of the round; its opening message and /quiz verify name it too.",
  number: "The round's number in the study, from 1.",
  state: "open, closed or revealed: only revealed rounds enter any figure of /quiz evidence.",
  trial: "two-picture, find-original or sham. Their chances differ: never add them up.",
  options: "What stood at each position from A on, with spaces; in a sham round with its execution.",
  answer: "Position that counts as right, from 0. In a sham round the other execution of the original.",
  member:
    "A pseudonym, drawn anew for each export: the same in all rounds of this file, another in the next file.",
  choice: "Position that was voted for, from 0.",
  correct: "1 where choice is answer, else 0.",
  minutes: "Whole minutes from the round's opening to the vote.",
} as const;

type Column = keyof typeof DICTIONARY;
type Row = Record<Column, string | number>;

/** @returns the same votes as CSV (RFC 4180; no column holds free text) and as JSON, which also has prompts and figures */
export function exportFiles(
  study: StoredStudy,
  rounds: readonly ExportedRound[],
): { csv: Buffer; json: Buffer } {
  const names = pseudonyms(rounds);
  const asked = rounds.filter(({ state }) => ["open", "closed", "revealed"].includes(state));
  const rows = asked.flatMap((round) => round.votes.map((vote) => rowOf(study, round, vote, names)));
  const columns = Object.keys(DICTIONARY) as Column[];
  const lines = [columns.join(","), ...rows.map((row) => columns.map((column) => row[column]).join(","))];
  const {
    userId: _,
    interactionId: __,
    applicationId: ___,
    guildId: ____,
    channelId: _____,
    ...plan
  } = study.plan;
  const document = {
    ...{
      format: "quantspot-quiz-study",
      version: 1,
      exportedAt: new Date().toISOString(),
      state: study.state,
    },
    columns: DICTIONARY,
    plan,
    rounds: asked.map(({ round, state, figures }) => ({
      ...{ id: round.id, number: round.number, state, prompt: round.prompt, mapping: round.mapping },
      ...{ hash: round.hash, reveal: round.reveal },
      figures: round.order.map((render) => figures[render]),
    })),
    votes: rows,
  };
  return {
    csv: Buffer.from(`${lines.join("\r\n")}\r\n`),
    json: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
  };
}

function rowOf(
  { plan }: StoredStudy,
  { round, state, openedAt = 0 }: ExportedRound,
  { memberId, choice, at }: Vote,
  names: ReadonlyMap<string, string>,
): Row {
  const { mapping, id, number } = round;
  return {
    ...{ study: plan.id, round: id, number, state, trial: mapping.trial, options: mapping.options.join(" ") },
    ...{ answer: mapping.answer, member: names.get(memberId) ?? "", choice },
    correct: Number(choice === mapping.answer),
    minutes: Math.max(0, Math.floor((at - openedAt) / MINUTE)),
  };
}

/** Drawn, not numbered: an order of first votes would tell who was first. */
function pseudonyms(rounds: readonly ExportedRound[]): Map<string, string> {
  const members = new Set(rounds.flatMap(({ votes }) => votes.map(({ memberId }) => memberId)));
  return new Map([...members].map((id) => [id, randomBytes(6).toString("hex")]));
}
