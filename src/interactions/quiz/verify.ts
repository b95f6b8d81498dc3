/** /quiz verify: the promise of a revealed round, checked here, and how anybody checks it elsewhere. */
import type { BaseInteraction, ChatInputCommandInteraction } from "discord.js";
import { CHOICES } from "../../discord/limits.ts";
import { answer } from "../../discord/reply.ts";
import { keepsPromise } from "../../quiz/check.ts";
import { checkCommand } from "../../quiz/commitment.ts";
import { letterOf } from "../../quiz/round.ts";
import { Refusal } from "../../refusal.ts";
import { readRound, roundsOf } from "../../store/quiz/rounds.ts";
import { readStudy, studiesOf } from "../../store/quiz/studies.ts";
import { cut } from "../../texts/cut.ts";
import { textsFor } from "../../texts/texts.ts";
import type { Bot } from "../bot.ts";
import type { Choices } from "../command.ts";
import { studyHere } from "./study.ts";

/** Studies whose rounds are offered, the newest ones. */
const OFFERED = 3;

export async function verifyRound(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  id: string | undefined,
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    const stored = await readRound(bot.redis, id?.trim() || (await lastRevealed(bot, interaction)));
    const study = stored && (await readStudy(bot.redis, stored.round.studyId));
    if (!study || study.plan.guildId !== interaction.guildId) throw new Refusal((say) => say.rounds.noRound);
    const { round, state } = stored;
    if (state !== "revealed") throw new Refusal((say) => say.rounds.notRevealed);
    const { trial, answer, options } = round.mapping;
    const said = !keepsPromise(study.plan, round)
      ? t.rounds.notVerified(round.id)
      : trial === "sham"
        ? t.rounds.verifiedSham(round.id)
        : t.rounds.verified(round.id, trial, letterOf(answer), options[answer] ?? "");
    const command = `\`\`\`sh\n${checkCommand(round.reveal)}\n\`\`\``;
    return { content: [said, t.rounds.commitmentOf(round.hash), command].join("\n") };
  });
}

async function lastRevealed(bot: Bot, interaction: BaseInteraction): Promise<string> {
  const { plan } = await studyHere(bot, interaction);
  const rounds = await roundsOf(bot.redis, plan.id);
  const last = rounds.findLast(({ state }) => state === "revealed");
  if (!last) throw new Refusal((t) => t.rounds.notRevealed);
  return last.round.id;
}

export async function completeRound(bot: Bot, typed: string, { guildId }: BaseInteraction): Promise<Choices> {
  const studies = (await studiesOf(bot.redis, guildId ?? "")).slice(0, OFFERED);
  const rounds = (await Promise.all(studies.map(({ plan }) => roundsOf(bot.redis, plan.id)))).flat();
  return rounds
    .filter(({ state, round }) => state === "revealed" && round.id.includes(typed.trim()))
    .toSorted((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0))
    .slice(0, CHOICES)
    .map(({ round }) => ({ name: cut(`${round.number} · ${round.prompt}`, 100), value: round.id }));
}
