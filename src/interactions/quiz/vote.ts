/** A vote, and the views of a round that is revealed. */
import { answer, answerLater, change } from "../../discord/reply.ts";
import { pairView } from "../../generation/compare/pairView.ts";
import type { Plan } from "../../quiz/plan.ts";
import { revealMessage } from "../../quiz/reveal.ts";
import { letterOf } from "../../quiz/round.ts";
import { reveal } from "../../quiz/steps.ts";
import { Refusal } from "../../refusal.ts";
import { readRound, type StoredRound } from "../../store/quiz/rounds.ts";
import { readStudy } from "../../store/quiz/studies.ts";
import { castVote, type VoteOutcome } from "../../store/quiz/votes.ts";
import { textsFor } from "../../texts/texts.ts";
import type { Bot } from "../bot.ts";
import type { Component, ComponentHandlers } from "../component.ts";
import { shownRecord } from "../records.ts";

/** @throws Refusal when there is no such round, or it belongs to another server */
async function roundHere(
  { redis }: Bot,
  { guildId, user }: Component,
  id: string,
): Promise<StoredRound & { plan: Plan }> {
  const stored = await readRound(redis, id);
  const study = stored && (await readStudy(redis, stored.round.studyId));
  const plan = study?.plan;
  const isOthers = plan?.kind === "solo" ? plan.userId !== user.id : plan?.guildId !== guildId;
  if (!stored || !plan || isOthers) throw new Refusal((t) => t.rounds.noRound);
  return { ...stored, plan };
}

/** What becomes of a click. */
async function cast(
  bot: Bot,
  interaction: Component,
  { round }: StoredRound,
  position: string,
): Promise<VoteOutcome> {
  const choice = Number(position);
  if (!/^\d$/.test(position) || choice >= round.order.length) throw new Refusal((t) => t.rounds.noRound);
  const vote = await castVote(bot.redis, {
    ...{ roundId: round.id, choice, memberId: interaction.user.id },
    ...{ interactionId: interaction.id, messageId: interaction.message.id },
  });
  // What can't be queued now, the next sweep queues: the vote is counted.
  if (vote.closes) await bot.quizJobs.close(round.id).catch(() => {});
  return vote;
}

const notCounted = ({ outcome, choice }: VoteOutcome): Refusal =>
  new Refusal(
    (t) =>
      ({
        voted: t.rounds.votedAlready(letterOf(choice)),
        late: t.rounds.late,
        "not-open": t.rounds.noRound,
        creator: t.rounds.ownRound,
        barred: t.rounds.sawMapping,
        taken: "",
      })[outcome],
  );

export const voteButtons: ComponentHandlers = {
  async "quiz-vote"(bot, interaction, [position = "", roundId = ""]) {
    const t = textsFor(interaction.locale);
    const stored = await roundHere(bot, interaction, roundId);
    if (stored.plan.kind === "solo") return voteAlone(bot, interaction, stored, position);
    await answer(interaction, true, async () => {
      const vote = await cast(bot, interaction, stored, position);
      if (vote.outcome !== "taken") throw notCounted(vote);
      return { content: t.rounds.counted(letterOf(vote.choice), stored.closesAt) };
    });
  },

  async "quiz-look"(bot, interaction, [roundId = "", view]) {
    const { round } = await roundHere(bot, interaction, roundId);
    const record = await shownRecord(bot, interaction, roundId);
    await answerLater(interaction, async () => {
      const looking = {
        redis: bot.redis,
        directory: await bot.directory.get(),
        locale: interaction.locale,
        limitBytes: interaction.attachmentSizeLimit ?? record.request.attachmentSizeLimit,
      };
      // As the options stood in the round.
      const results = round.order.flatMap(
        (render) => record.results.find((result) => result.render === render) ?? [],
      );
      const name = view === "flicker" ? "compare-flicker" : "compare-diff";
      return pairView(name, looking, { ...record, results }, undefined);
    });
  },
};

/** The answer comes with the vote, in the place of the buttons; again for a click on buttons that still stand there. */
async function voteAlone(
  bot: Bot,
  interaction: Component,
  stored: StoredRound & { plan: Plan },
  position: string,
): Promise<void> {
  const t = textsFor(interaction.locale);
  const work = async () => {
    const vote = await cast(bot, interaction, stored, position);
    if (vote.outcome !== "taken" && vote.outcome !== "voted") throw notCounted(vote);
    const { plan, round } = stored;
    const { answer: right } = round.mapping;
    await reveal(bot, plan, { ...stored, state: "closed" });
    const { choice } = vote;
    const said = choice === right ? t.rounds.soloRight(letterOf(right)) : t.rounds.soloWrong(letterOf(right));
    const own = { memberId: interaction.user.id, choice, at: Date.now() };
    const { content, components = [] } = revealMessage(t, stored, [own]);
    return { content: `${said}\n${content}`, components };
  };
  await change(interaction, work, "stay");
}
