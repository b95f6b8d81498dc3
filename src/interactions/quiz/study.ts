/** What members and moderators ask about a study: where it stands, what it found, and ending it. */
import type { BaseInteraction, ChatInputCommandInteraction } from "discord.js";
import { fitting } from "../../discord/fit.ts";
import { CHOICES } from "../../discord/limits.ts";
import type { OutgoingMessage } from "../../discord/messages.ts";
import { requireManager } from "../../discord/permissions.ts";
import { answer, answerLater } from "../../discord/reply.ts";
import { createPreset, readPresets, setDefault } from "../../presets/changes.ts";
import { SERVER } from "../../presets/preset.ts";
import { votedRounds } from "../../quiz/evidence.ts";
import { evidenceMessage, statusText } from "../../quiz/evidenceMessage.ts";
import type { Plan } from "../../quiz/plan.ts";
import { standing } from "../../quiz/standing.ts";
import { passed } from "../../quiz/verdictMessage.ts";
import { Refusal } from "../../refusal.ts";
import { cancelledBy, storeCancellation } from "../../store/cancellations.ts";
import { roundsOf } from "../../store/quiz/rounds.ts";
import { endStudy, readStudy, runningStudy, type StoredStudy, studiesOf } from "../../store/quiz/studies.ts";
import { readRecord } from "../../store/requests.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import type { Bot } from "../bot.ts";
import type { Choices } from "../command.ts";
import type { ComponentHandlers } from "../component.ts";
import { houseOf } from "../house.ts";
import { requireStarter } from "./start.ts";

/** Of which a message may have room. */
const MOST_LISTED = 25;

/** The study named, else the one that runs, else the newest. @throws Refusal */
export async function studyHere(
  { redis }: Bot,
  { guildId }: BaseInteraction,
  id?: string,
): Promise<StoredStudy> {
  if (!guildId) throw new Refusal((t) => t.onlyInServers);
  const study = id === undefined ? undefined : await readStudy(redis, id);
  const isOthers = study?.plan.guildId !== guildId || study.plan.kind !== "study";
  if (id !== undefined && isOthers) throw new Refusal((t) => t.rounds.noSuchStudy);
  const found = study ?? (await runningStudy(redis, guildId)) ?? (await studiesOf(redis, guildId))[0];
  if (!found) throw new Refusal((t) => t.rounds.noStudies);
  return found;
}

/** Members see that it has ended. */
export async function stopQuiz(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, false, async () => {
    const { guildId } = interaction;
    if (!guildId) throw new Refusal((say) => say.onlyInServers);
    await requireStarter(interaction, await houseOf(bot, interaction, guildId));
    const study = await runningStudy(bot.redis, guildId);
    if (!study || !(await endStudy(bot.redis, study.plan, "stopped")))
      throw new Refusal((say) => say.rounds.nothingRuns);
    await endRounds(bot, study.plan, interaction.user.id);
    return { content: t.rounds.stopped(study.plan.id) };
  });
}

/** What is drawn is not drawn to its end; what is open is closed and revealed. */
async function endRounds({ redis, producer, quizJobs }: Bot, plan: Plan, by: string): Promise<void> {
  for (const { round, state } of await roundsOf(redis, plan.id)) {
    if (state === "open") await quizJobs.closeEarly(round.id);
    if (state !== "drawn" || (await cancelledBy(redis, round.id))) continue;
    const record = await readRecord(redis, round.id);
    if (!record) continue;
    await storeCancellation(redis, round.id, by);
    await producer.stop(record.request);
  }
}

export async function quizStatus(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  id: string | undefined,
): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    const { plan, state } = await studyHere(bot, interaction, id);
    const rounds = await roundsOf(bot.redis, plan.id);
    const stands = standing(plan, rounds, await votedRounds(bot.redis, plan, rounds));
    const last = rounds.at(-1);
    const now =
      last?.state === "open"
        ? [t.rounds.openRound(last.round.number, last.closesAt)]
        : last?.state === "drawn" && state === "running"
          ? [t.rounds.drawingNow(last.round.number)]
          : [];
    return { content: [statusText(t, { plan, state }, stands), ...now].join("\n") };
  });
}

/** Public: what a server has found out is everybody's. */
export async function quizEvidence(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  id: string | undefined,
): Promise<void> {
  const study = await studyHere(bot, interaction, id);
  await answer(interaction, false, () => evidence(bot, textsFor(interaction.locale), study));
}

async function evidence({ redis, directory }: Bot, t: Texts, study: StoredStudy): Promise<OutgoingMessage> {
  return evidenceMessage({ redis, directory: await directory.get() }, t, study);
}

export async function quizResults(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  const t = textsFor(interaction.locale);
  await answer(interaction, true, async () => {
    const studies = await studiesOf(bot.redis, interaction.guildId ?? "");
    if (studies.length === 0) throw new Refusal((say) => say.rounds.noStudies);
    const lines = await Promise.all(
      studies.slice(0, MOST_LISTED).map(async ({ plan, state }) => {
        const rounds = await roundsOf(bot.redis, plan.id);
        const stands = standing(plan, rounds, await votedRounds(bot.redis, plan, rounds));
        return statusText(t, { plan, state }, stands);
      }),
    );
    const title = t.rounds.studies(studies.length);
    const { shown } = fitting(lines, [title, t.rounds.moreStudies(studies.length)]);
    const left = studies.length - shown.length;
    return { content: [title, ...shown, ...(left > 0 ? [t.rounds.moreStudies(left)] : [])].join("\n") };
  });
}

export async function completeStudy(
  bot: Bot,
  typed: string,
  { guildId, locale }: BaseInteraction,
): Promise<Choices> {
  const { states } = textsFor(locale).rounds;
  const studies = await studiesOf(bot.redis, guildId ?? "");
  return studies
    .map(({ plan, state }) => ({
      name: `${plan.id} · ${new Date(plan.startedAt).toISOString().slice(0, 10)} · ${states[state]}`,
      value: plan.id,
    }))
    .filter(({ name }) => name.includes(typed.trim()))
    .slice(0, CHOICES);
}

export const studyButtons: ComponentHandlers = {
  async "quiz-study"(bot, interaction, [id = ""]) {
    const study = await studyHere(bot, interaction, id);
    await answerLater(interaction, () => evidence(bot, textsFor(interaction.locale), study));
  },

  /** Under a verdict: a moderator makes what passed the server's default. */
  async "quiz-default"(bot, interaction, [id = "", backend = ""]) {
    requireManager(interaction);
    const t = textsFor(interaction.locale);
    await answer(interaction, true, async () => {
      const { plan, state } = await studyHere(bot, interaction, id);
      const rounds = await roundsOf(bot.redis, plan.id);
      const voted = await votedRounds(bot.redis, plan, rounds);
      const cheaper = () => passed(plan, voted, standing(plan, rounds, voted), t);
      if (state !== "complete" || plan.mode !== "two-picture" || !cheaper().includes(backend))
        throw new Refusal((say) => say.rounds.notEquivalent);
      const name = presetName(backend);
      const why = t.rounds.why(plan.id);
      const desk = { redis: bot.redis, guildId: plan.guildId, by: interaction.user.id, why };
      const { presets } = await readPresets(bot.redis, plan.guildId);
      const known = presets.get(name)?.value.backend;
      if (known !== undefined && known !== backend) throw new Refusal((say) => say.rounds.nameTaken(name));
      const { offered } = await bot.directory.get();
      const bits = offered.find(({ report }) => report.id === backend)?.report.bits;
      if (known === undefined) {
        if (bits === undefined) throw new Refusal((say) => say.rounds.notOffered(backend));
        await createPreset(desk, name, { backend, bits, limits: {} });
      }
      await setDefault(desk, SERVER, name);
      return { content: t.rounds.isDefault(name, backend) };
    });
  },
};

const presetName = (backend: string): string => `quiz-${backend}`.slice(0, 32);
