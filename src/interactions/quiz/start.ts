/** /quiz start: a study is planned; its first round becomes the command's answer, or opens in a thread of its own. */
import { ChannelType, type ChatInputCommandInteraction } from "discord.js";
import { MessageRefused } from "../../discord/messages.ts";
import { isManager, isThread, requireNewThread } from "../../discord/permissions.ts";
import { answerLater } from "../../discord/reply.ts";
import { visitOf } from "../../discord/visit.ts";
import { enter } from "../../generation/admission.ts";
import type { Plan } from "../../quiz/plan.ts";
import { drawRound, NOTHING_ASKED, roundId, toRenders } from "../../quiz/round.ts";
import { type QuizWish, toPlan, type Whose } from "../../quiz/start.ts";
import { Refusal } from "../../refusal.ts";
import { isAllowedPrompt } from "../../settings/rules.ts";
import { readGate } from "../../store/gate.ts";
import { storeDraw } from "../../store/quiz/rounds.ts";
import { moveStudy, readStudy, startStudy, withdrawStudy } from "../../store/quiz/studies.ts";
import { textsFor } from "../../texts/texts.ts";
import { type Asked, ask } from "../ask.ts";
import type { Bot } from "../bot.ts";
import { type House, houseOf } from "../house.ts";

export async function startQuiz(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  wish: QuizWish,
  inThread: boolean,
): Promise<void> {
  if (inThread && !isThread(interaction)) return startInThread(bot, interaction, wish);
  const begin = async (house: House) => {
    await requireStarter(interaction, house);
    const plan = planOf(interaction, house, "study", wish);
    const running = await startStudy(bot.redis, plan);
    if (running !== plan.id) throw await runsAlready(bot, running);
    return plan;
  };
  await ask(bot, interaction, firstRound(bot, begin), { private: false, notify: false });
}

/**
 * A plan's first round as what is asked for; when that is refused, the plan is taken back.
 * @param begin makes the plan and stores it
 */
export function firstRound({ redis }: Bot, begin: (house: House) => Promise<Plan>): Asked {
  let begun: Plan | undefined;
  return {
    kind: "quiz",
    async wanted(house) {
      begun = await begin(house);
      const drawn = drawRound(begun, roundId(begun, 1), 1, NOTHING_ASKED);
      return { renders: toRenders(begun, await storeDraw(redis, begun, drawn)) };
    },
    async refused() {
      if (begun) await withdrawStudy(redis, begun, roundId(begun, 1));
    },
  };
}

/** The command's answer says where; its first round opens there, like all that follow. */
async function startInThread(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  wish: QuizWish,
): Promise<void> {
  const start = async () => {
    const { guildId, channel } = interaction;
    if (!guildId) throw new Refusal((t) => t.onlyInServers);
    if (channel?.type !== ChannelType.GuildText) throw new Refusal((t) => t.rounds.noThreads);
    requireNewThread(interaction);
    const house = await houseOf(bot, interaction, guildId);
    await requireStarter(interaction, house);
    const plan = planOf(interaction, house, "study", wish);
    if ((await readGate(bot.redis))?.mode === "draining") throw new Refusal((t) => t.queue.draining);
    const uncount = await enter(bot.rates, plan, { private: false, prompts: plan.prompts }, house);
    try {
      const place = await claimThread(bot, plan);
      await bot.quizJobs.next(plan.id, 1).catch(() => {}); // what can't be queued now, the next sweep queues
      return { content: textsFor(plan.locale).rounds.startedIn(plan.id, place) };
    } catch (error) {
      await uncount();
      throw error;
    }
  };
  await answerLater(interaction, start, false);
}

/** The study first: of two that start at once only one opens a thread. @returns the thread */
async function claimThread(bot: Bot, plan: Plan): Promise<string> {
  const running = await startStudy(bot.redis, plan);
  if (running !== plan.id) throw await runsAlready(bot, running);
  try {
    const thread = await bot.messages.openThread(
      plan.channelId,
      textsFor(plan.locale).rounds.thread(plan.mode),
    );
    if (!(await moveStudy(bot.redis, plan, thread))) throw new Refusal((t) => t.rounds.nothingRuns);
    return thread;
  } catch (cause) {
    await withdrawStudy(bot.redis, plan, roundId(plan, 1));
    throw cause instanceof MessageRefused ? new Refusal((t) => t.rounds.threadRefused, { cause }) : cause;
  }
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

export function planOf(
  interaction: ChatInputCommandInteraction,
  house: House,
  kind: Plan["kind"],
  wish: QuizWish,
): Plan {
  const whose = { ...whoseOf(interaction, house), kind };
  return toPlan(wish, house.directory, whose, (prompt) => isAllowedPrompt(house.settings, prompt));
}

/** Where and by whom a plan is made. */
function whoseOf(
  interaction: ChatInputCommandInteraction,
  { settings, limits, guildId }: House,
): Omit<Whose, "kind"> {
  return {
    id: `s${interaction.id}`,
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
