/** How far a study is and what it asks next. It depends on which rounds could be asked and had votes, never on an answer. */
import type { StoredRound } from "../store/quiz/rounds.ts";
import { backendOf, type VotedRound } from "./evidence.ts";
import { type Plan, plannedRounds } from "./plan.ts";
import type { Asked } from "./round.ts";

/** Rounds in a row that could not be asked: then something is wrong that drawing again does not mend. */
const MOST_FAILURES = 5;
/** The same of one backend alone, beside others that can be asked about. */
const MOST_FAILURES_OF_ONE = 3;

export interface Standing {
  /** Voted rounds of all that was planned. */
  voted: number;
  /** The same of what is still asked about. */
  done: number;
  planned: number;
  /** Backends that are asked about no more, since that failed again and again: no verdict is on them. */
  setAside: string[];
  /** Nothing is left that can be asked about. */
  hopeless: boolean;
  asked: Asked;
}

export function standing(plan: Plan, rounds: readonly StoredRound[], voted: readonly VotedRound[]): Standing {
  const last = rounds.slice(-MOST_FAILURES);
  const isStuck = last.length === MOST_FAILURES && last.every(isVoid);
  const ofPrompt = countBy(rounds.map(({ round }) => round.prompt));
  if (plan.kind !== "study" || plan.mode !== "two-picture") {
    const done = new Set<string>();
    const asked = { done, ofBackend: countBy(asking(plan, rounds)), ofPrompt };
    const count = { voted: voted.length, done: voted.length, planned: plannedRounds(plan) };
    return { ...count, setAside: [], hopeless: isStuck, asked };
  }
  const votedOf = countBy(asking(plan, voted));
  const isComplete = (backend: string) => (votedOf.get(backend) ?? 0) >= plan.rounds;
  const setAside = plan.backends.filter((backend) => {
    const own = rounds.filter(({ round }) => isAsking(round) && backendOf(plan, round) === backend);
    const latest = own.slice(-MOST_FAILURES_OF_ONE);
    const fails = latest.length === MOST_FAILURES_OF_ONE && latest.every(isVoid);
    return !isComplete(backend) && (isStuck || fails);
  });
  const left = plan.backends.filter((backend) => !setAside.includes(backend));
  return {
    voted: voted.length,
    done: left.reduce((sum, backend) => sum + (votedOf.get(backend) ?? 0), 0),
    planned: plannedRounds({ ...plan, backends: left }),
    setAside,
    hopeless: left.length === 0,
    asked: {
      done: new Set([...setAside, ...left.filter(isComplete)]),
      ofBackend: countBy(asking(plan, rounds)),
      ofPrompt,
    },
  };
}

const isVoid = ({ state }: StoredRound): boolean => state === "void";
const isAsking = ({ mapping }: StoredRound["round"]): boolean => mapping.trial === "two-picture";

/** The backend of each two-picture round. */
const asking = (plan: Plan, rounds: readonly Pick<StoredRound, "round">[]): string[] =>
  rounds.filter(({ round }) => isAsking(round)).map(({ round }) => backendOf(plan, round));

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
