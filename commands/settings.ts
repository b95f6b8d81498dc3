/** /settings: what a server's moderators lay down, for members with Manage Server. */
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as Option,
  PermissionFlagsBits,
} from "discord-api-types/v10";
import { CHOICES } from "../src/discord/limits.ts";
import { type Autocomplete, defineSubcommands } from "../src/interactions/command.ts";
import {
  blockWord,
  changeChannels,
  limitMembers,
  listBlocked,
  setLanguage,
  setMaximum,
  setOne,
  settingsHistory,
  showSettings,
  unblockWord,
  undoSettings,
} from "../src/interactions/settings.ts";
import { MAX_BLOCKED_LENGTH } from "../src/settings/blocked.ts";
import { languageNames } from "../src/texts/texts.ts";
import { channel, completeSize, size, steps } from "./options.ts";

const reset = {
  name: "reset",
  description: "True: as if it had never been set",
  type: Option.Boolean,
} as const;

const count = <const Name extends string>(name: Name, description: string, max: number) =>
  ({ name, description, type: Option.Integer, min_value: 1, max_value: max }) as const;

const completeBlocked: Autocomplete = async (bot, typed, { guildId, memberPermissions }) => {
  if (!guildId || !memberPermissions?.has(PermissionFlagsBits.ManageGuild)) return [];
  const { blocked } = await bot.settings.get(guildId);
  return blocked
    .filter((entry) => entry.includes(typed.trim().toLowerCase()))
    .slice(0, CHOICES)
    .map((entry) => ({ name: entry, value: entry }));
};

export default defineSubcommands(
  {
    name: "settings",
    description: "What applies to everybody in this server",
    type: ApplicationCommandType.ChatInput,
    default_member_permissions: PermissionFlagsBits.ManageGuild.toString(),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { name: "show", description: "All settings", type: Option.Subcommand },
      {
        name: "channels",
        description: "Where images may be made",
        type: Option.Subcommand,
        options: [
          {
            name: "action",
            description: "What to do",
            type: Option.String,
            required: true,
            choices: [
              { name: "allow this channel", value: "allow" },
              { name: "allow this channel no longer", value: "remove" },
              { name: "allow every channel", value: "everywhere" },
            ],
          },
          { ...channel, description: "The channel; its threads go with it" },
        ],
      },
      {
        name: "age-restricted",
        description: "Whether images are made in age-restricted channels only",
        type: Option.Subcommand,
        options: [{ name: "only", description: "True: only there", type: Option.Boolean, required: true }],
      },
      {
        name: "block",
        description: "Refuse prompts with a word or pattern, however it is spelled",
        type: Option.Subcommand,
        options: [
          {
            name: "word",
            description: "A word or words, * for any letters, or a /regular expression/",
            type: Option.String,
            required: true,
            max_length: MAX_BLOCKED_LENGTH,
          },
        ],
      },
      {
        name: "unblock",
        description: "Allow a blocked word or pattern again",
        type: Option.Subcommand,
        options: [
          {
            name: "blocked",
            description: "As it was entered",
            type: Option.String,
            required: true,
            autocomplete: true,
          },
        ],
      },
      { name: "blocked", description: "All blocked words and patterns", type: Option.Subcommand },
      {
        name: "limit",
        description: "What one member may use; of several roles the widest limit counts",
        type: Option.Subcommand,
        options: [
          count("per_minute", "Requests a minute", 1000),
          count("waiting", "Requests waiting or running at once", 1000),
          count("gpu_seconds", "Measured seconds of a GPU in 24 hours", 86_400),
          {
            name: "role",
            description: "For members with this role; for everyone if left out",
            type: Option.Role,
          },
          reset,
        ],
      },
      {
        name: "maximum",
        description: "The most steps and the largest size",
        type: Option.Subcommand,
        options: [steps, size, reset],
      },
      {
        name: "private",
        description: "Whether results may be shown to one member alone",
        type: Option.Subcommand,
        options: [{ name: "allowed", description: "True: they may", type: Option.Boolean, required: true }],
      },
      {
        name: "quiz",
        description: "Who may start a quiz besides moderators",
        type: Option.Subcommand,
        options: [{ name: "role", description: "Nobody else if left out", type: Option.Role }],
      },
      {
        name: "language",
        description: "The language of what everybody sees",
        type: Option.Subcommand,
        options: [
          {
            name: "language",
            description: "The language",
            type: Option.String,
            required: true,
            choices: [
              { name: "that of the member who asks", value: "member" },
              ...Object.entries(languageNames).map(([value, name]) => ({ name, value })),
            ],
          },
        ],
      },
      { name: "history", description: "Who changed what, and when", type: Option.Subcommand },
      {
        name: "undo",
        description: "Undo the newest change that has not been undone yet",
        type: Option.Subcommand,
      },
    ],
  },
  {
    show: (bot, interaction) => showSettings(bot, interaction),
    channels: (bot, interaction, values) => changeChannels(bot, interaction, values.action, values.channel),
    "age-restricted": (bot, interaction, { only }) =>
      setOne(bot, interaction, "ageRestrictedOnly", only, (t) => t.rules.ageRestricted(only)),
    block: (bot, interaction, values) => blockWord(bot, interaction, values.word),
    blocked: (bot, interaction) => listBlocked(bot, interaction),
    unblock: (bot, interaction, values) => unblockWord(bot, interaction, values.blocked),
    limit: (bot, interaction, { per_minute, waiting, gpu_seconds, role, reset: isReset }) =>
      limitMembers(
        bot,
        interaction,
        { perMinute: per_minute, waiting, gpuSeconds: gpu_seconds },
        role,
        isReset ?? false,
      ),
    maximum: (bot, interaction, values) =>
      setMaximum(bot, interaction, values.steps, values.size, values.reset ?? false),
    private: (bot, interaction, { allowed }) =>
      setOne(bot, interaction, "privateAllowed", allowed, (t) => t.rules.private(allowed)),
    quiz: (bot, interaction, { role }) =>
      setOne(bot, interaction, "quizRole", role ?? null, (t) => t.rules.quiz(role)),
    language: (bot, interaction, values) => setLanguage(bot, interaction, values.language),
    history: (bot, interaction) => settingsHistory(bot, interaction),
    undo: (bot, interaction) => undoSettings(bot, interaction),
  },
  { blocked: completeBlocked, size: completeSize },
);
