/** A member's votes in the quiz: theirs to see; deleted, they stay as nobody's, since others' results rest on them. */
import { randomBytes } from "node:crypto";
import { readRound } from "../store/quiz/rounds.ts";
import { anonymiseVotes, roundsVotedBy, votesOf } from "../store/quiz/votes.ts";
import type { MemberPorts } from "./data.ts";

export async function exportVotes({ redis }: MemberPorts, userId: string): Promise<unknown[]> {
  const votes = (await roundsVotedBy(redis, userId)).map(async (roundId) => {
    const [stored, cast] = await Promise.all([readRound(redis, roundId), votesOf(redis, roundId)]);
    const own = cast.find(({ memberId }) => memberId === userId);
    if (!stored || !own) return [];
    const { mapping, prompt } = stored.round;
    const isRight = stored.state === "revealed" && mapping.trial !== "sham";
    return [
      {
        ...{ round: roundId, prompt, choice: own.choice, at: new Date(own.at).toISOString() },
        ...(isRight && { correct: own.choice === mapping.answer }),
      },
    ];
  });
  return (await Promise.all(votes)).flat();
}

export async function eraseVotes({ redis }: MemberPorts, userId: string): Promise<number> {
  await anonymiseVotes(redis, userId, `anonymous-${randomBytes(8).toString("hex")}`);
  return 0;
}
