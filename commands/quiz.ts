/** /quiz: can this server tell quantized from original? */
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  ApplicationCommandOptionType as Option,
} from "discord-api-types/v10";
import { defineSubcommands } from "../src/interactions/command.ts";
import { completeBackends, completeCloses } from "../src/interactions/quiz/complete.ts";
import { exportStudy } from "../src/interactions/quiz/export.ts";
import { playSolo, setDaily } from "../src/interactions/quiz/game.ts";
import { showLeaderboard, showOwnScore } from "../src/interactions/quiz/players.ts";
import { startQuiz } from "../src/interactions/quiz/start.ts";
import {
  completeStudy,
  quizEvidence,
  quizResults,
  quizStatus,
  stopQuiz,
} from "../src/interactions/quiz/study.ts";
import { completeRound, verifyRound } from "../src/interactions/quiz/verify.ts";
import { MODES } from "../src/quiz/plan.ts";
import { completeSize, size, steps } from "./options.ts";

const study = {
  name: "study",
  description: "Which study; the one that runs, or the last one, if left out",
  type: Option.String,
  autocomplete: true,
} as const;

export default defineSubcommands(
  {
    name: "quiz",
    description: "Can this server tell quantized from original?",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        name: "start",
        description: "Start a study in this channel; everything left out has a default",
        type: Option.Subcommand,
        options: [
          {
            name: "mode",
            description: "What members are asked",
            type: Option.String,
            choices: [
              { name: "which one is quantized? (two pictures)", value: "two-picture" },
              { name: "find the original (three or four pictures)", value: "find-original" },
            ],
          },
          {
            name: "backends",
            description: "Quantized backends, with commas; all that are offered if left out",
            type: Option.String,
            autocomplete: true,
          },
          {
            name: "prompt",
            description: "One prompt for all rounds; a varied list if left out",
            type: Option.String,
            min_length: 1,
            max_length: 1000,
          },
          {
            name: "rounds",
            description: "Rounds with votes in all, spread evenly over the backends; 40 or more if left out",
            type: Option.Integer,
            min_value: 1,
            max_value: 1000,
          },
          {
            name: "closes",
            description: "When a round closes: 30 minutes, 2 hours, 12 votes; an hour if left out",
            type: Option.String,
            autocomplete: true,
          },
          {
            name: "pictures",
            description: "Pictures of one round of 'find the original', 3 if left out",
            type: Option.Integer,
            min_value: 3,
            max_value: 4,
          },
          {
            name: "controls",
            description: "How many of 100 rounds show the original twice, 10 if left out",
            type: Option.Integer,
            min_value: 0,
            max_value: 50,
          },
          {
            name: "thread",
            description: "In a new thread of this channel; in the channel itself if left out",
            type: Option.Boolean,
          },
          steps,
          size,
        ],
      },
      { name: "stop", description: "End the study that runs, without a verdict", type: Option.Subcommand },
      { name: "status", description: "How far along a study is", type: Option.Subcommand, options: [study] },
      { name: "results", description: "The studies of this server", type: Option.Subcommand },
      {
        name: "evidence",
        description: "What a study has found: rates, intervals and a chart",
        type: Option.Subcommand,
        options: [study],
      },
      {
        name: "leaderboard",
        description: "Who sees best, this season or in all of them",
        type: Option.Subcommand,
        options: [
          {
            name: "season",
            description: "This month's if left out",
            type: Option.String,
            choices: [
              { name: "this month", value: "now" },
              { name: "all", value: "all" },
            ],
          },
        ],
      },
      { name: "me", description: "Your own score and streaks", type: Option.Subcommand },
      {
        name: "solo",
        description: "A round for you alone, with the answer at once; it counts nowhere",
        type: Option.Subcommand,
        options: [
          {
            name: "backends",
            description: "Quantized backends, with commas; any that is offered if left out",
            type: Option.String,
            autocomplete: true,
          },
          steps,
        ],
      },
      {
        name: "daily",
        description: "For moderators: a round a day in a channel",
        type: Option.Subcommand,
        options: [
          {
            name: "channel",
            description: "Where it appears",
            type: Option.Channel,
            channel_types: [ChannelType.GuildText],
          },
          {
            name: "hour",
            description: "Of the day in UTC, 18 if left out",
            type: Option.Integer,
            min_value: 0,
            max_value: 23,
          },
          {
            name: "backends",
            description: "Quantized backends, with commas; all that are offered if left out",
            type: Option.String,
            autocomplete: true,
          },
          { name: "off", description: "No daily rounds any more", type: Option.Boolean },
        ],
      },
      {
        name: "export",
        description: "For moderators: a study's votes without names, as CSV and JSON",
        type: Option.Subcommand,
        options: [study],
      },
      {
        name: "verify",
        description: "Check that a round's answer was fixed before the first vote",
        type: Option.Subcommand,
        options: [
          {
            name: "round",
            description: "Which round; the last one that was revealed if left out",
            type: Option.String,
            autocomplete: true,
          },
        ],
      },
    ],
  },
  {
    start: (bot, interaction, { mode, controls, thread, ...wish }) =>
      startQuiz(
        bot,
        interaction,
        { ...wish, mode: MODES.find((known) => known === mode), shamPercent: controls },
        thread ?? false,
      ),
    stop: (bot, interaction) => stopQuiz(bot, interaction),
    status: (bot, interaction, { study }) => quizStatus(bot, interaction, study),
    results: (bot, interaction) => quizResults(bot, interaction),
    evidence: (bot, interaction, { study }) => quizEvidence(bot, interaction, study),
    leaderboard: (bot, interaction, { season }) => showLeaderboard(bot, interaction, season === "all"),
    me: (bot, interaction) => showOwnScore(bot, interaction),
    solo: (bot, interaction, wish) => playSolo(bot, interaction, wish),
    daily: (bot, interaction, wish) => setDaily(bot, interaction, wish),
    export: (bot, interaction, { study }) => exportStudy(bot, interaction, study),
    verify: (bot, interaction, { round }) => verifyRound(bot, interaction, round),
  },
  {
    backends: completeBackends,
    closes: completeCloses,
    size: completeSize,
    study: completeStudy,
    round: completeRound,
  },
);
