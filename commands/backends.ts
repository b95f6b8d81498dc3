/** /backends: what this server's GPUs offer, from what was measured on them. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { CHOICES } from "../src/discord/limits.ts";
import { guideBackends, listBackends, showBackend } from "../src/interactions/backends.ts";
import { type Autocomplete, defineSubcommands } from "../src/interactions/command.ts";
import { completeBackend } from "./options.ts";

const { String: Text, Subcommand } = ApplicationCommandOptionType;

/** Of what is offered now: a recipe of a new library brings its own. */
const completeFamily: Autocomplete = async (bot, typed) => {
  const { offered } = await bot.directory.recent();
  return [...new Set(offered.map(({ report }) => report.family))]
    .filter((family) => family.includes(typed.trim().toLowerCase()))
    .slice(0, CHOICES)
    .map((family) => ({ name: family, value: family }));
};

export default defineSubcommands(
  {
    name: "backends",
    description: "What this server's GPUs offer, and how fast it is",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        name: "list",
        description: "Every backend with its memory and speed as measured here",
        type: Subcommand,
        options: [
          {
            name: "family",
            description: "Only backends of one library",
            type: Text,
            autocomplete: true,
          },
          {
            name: "bits",
            description: "Only backends with about this many bits a weight",
            type: Text,
            choices: [
              { name: "5 bits and fewer", value: "low" },
              { name: "6 to 8 bits", value: "eight" },
              { name: "16 bits", value: "full" },
            ],
          },
          {
            name: "state",
            description: "Only backends that are loaded, parked, or loaded on demand",
            type: Text,
            choices: [
              { name: "loaded", value: "resident" },
              { name: "parked in main memory", value: "parked" },
              { name: "on demand", value: "absent" },
            ],
          },
          {
            name: "sort",
            description: "What the list is sorted by, lowest first",
            type: Text,
            choices: [
              { name: "memory", value: "memory" },
              { name: "seconds an image", value: "time" },
              { name: "bits", value: "bits" },
              { name: "name", value: "name" },
            ],
          },
        ],
      },
      {
        name: "show",
        description: "All that is known of one backend, with its history",
        type: Subcommand,
        options: [
          {
            name: "backend",
            description: "Which backend",
            type: Text,
            required: true,
            autocomplete: true,
          },
        ],
      },
      {
        name: "guide",
        description: "Which backend to choose, from what was measured here",
        type: Subcommand,
        options: [
          {
            name: "for",
            description: "What matters most; everything if left out",
            type: Text,
            choices: [
              { name: "least memory", value: "memory" },
              { name: "fastest", value: "fastest" },
              { name: "closest to the original", value: "closest" },
              { name: "hardware", value: "hardware" },
            ],
          },
        ],
      },
    ],
  },
  {
    list: (bot, interaction, values) => listBackends(bot, interaction, values),
    show: (bot, interaction, { backend }) => showBackend(bot, interaction, backend),
    guide: (bot, interaction, values) => guideBackends(bot, interaction, values.for),
  },
  {
    backend: completeBackend,
    family: completeFamily,
  },
);
