/** /quiz start: a study is planned, and its first round becomes the command's answer. */
import type { ChatInputCommandInteraction } from "discord.js";
import { isManager } from "../../discord/permissions.ts";
import { visitOf } from "../../discord/visit.ts";
import type { Plan } from "../../quiz/plan.ts";
import { drawRound, NOTHING_ASKED, roundId, toRenders } from "../../quiz/round.ts";
import { type QuizWish, toPlan, type Whose } from "../../quiz/start.ts";
import { Refusal } from "../../refusal.ts";
import { isAllowedPrompt } from "../../settings/rules.ts";
import { storeDraw } from "../../store/quiz/rounds.ts";
import { readStudy, startStudy, withdrawStudy } from "../../store/quiz/studies.ts";
import { ask } from "../ask.ts";
import type { Bot } from "../bot.ts";
import type { House } from "../house.ts";

export async function startQuiz(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  wish: QuizWish,
): Promise<void> {
  let started: Plan | undefined;
  await ask(
    bot,
    interaction,
    {
      kind: "quiz",
      async wanted(house) {
        await requireStarter(interaction, house);
        const plan = planOf(interaction, wish, house);
        const running = await startStudy(bot.redis, plan);
        if (running !== plan.id) throw await runsAlready(bot, running);
        started = plan;
        const drawn = drawRound(plan, roundId(plan, 1), 1, NOTHING_ASKED);
        return { renders: toRenders(plan, await storeDraw(bot.redis, plan, drawn)) };
      },
      async refused() {
        if (started) await withdrawStudy(bot.redis, started, roundId(started, 1));
      },
    },
    { private: false, notify: false },
  );
}

/** Managers, and whoever has the role that /settings names. @throws Refusal */
export async function requireStarter(
  interaction: ChatInputCommandInteraction,
  { settings }: House,
): Promise<void> {
  if (isManager(interaction)) return;
  const { roles } = await visitOf(interaction);
  const { quizRole } = settings;
  if (quizRole !== undefined && roles.includes(quizRole)) return;
  throw new Refusal((t) => t.rounds.mayNotStart(quizRole));
}

function planOf(interaction: ChatInputCommandInteraction, wish: QuizWish, house: House): Plan {
  const { settings, directory } = house;
  return toPlan(wish, directory, whoseOf(interaction, house), (prompt) => isAllowedPrompt(settings, prompt));
}

/** Where and by whom a plan is made. */
export function whoseOf(
  interaction: ChatInputCommandInteraction,
  { settings, limits, guildId }: House,
): Whose {
  return {
    id: `s${interaction.id}`,
    kind: "study",
    guildId,
    channelId: interaction.channelId,
    applicationId: interaction.applicationId,
    interactionId: interaction.id,
    userId: interaction.user.id,
    locale: settings.language ?? interaction.locale,
    attachmentSizeLimit: interaction.attachmentSizeLimit,
    startedAt: Date.now(),
    members: interaction.guild?.memberCount,
    gpuSeconds: limits.gpuSeconds,
  };
}

async function runsAlready({ redis }: Bot, studyId: string): Promise<Refusal> {
  const channel = (await readStudy(redis, studyId))?.plan.channelId ?? "";
  return new Refusal((t) => t.rounds.runsAlready(channel));
}
