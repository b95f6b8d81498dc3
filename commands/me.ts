/** /me: what is a member's own. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { defineSubcommands } from "../src/interactions/command.ts";
import { handOverKept } from "../src/interactions/handover.ts";
import { confirmDelete, exportMine, showUsage } from "../src/interactions/me.ts";

export default defineSubcommands(
  {
    name: "me",
    description: "Your usage, results and data",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        name: "results",
        description: "Private results that could not be sent to you",
        type: ApplicationCommandOptionType.Subcommand,
      },
      {
        name: "usage",
        description: "What you have used, and your limits here",
        type: ApplicationCommandOptionType.Subcommand,
      },
      {
        name: "export",
        description: "Everything that is kept about you, as a file",
        type: ApplicationCommandOptionType.Subcommand,
      },
      {
        name: "delete",
        description: "Delete everything that is kept about you",
        type: ApplicationCommandOptionType.Subcommand,
      },
    ],
  },
  {
    usage: (bot, interaction) => showUsage(bot, interaction),
    export: (bot, interaction) => exportMine(bot, interaction),
    delete: (_bot, interaction) => confirmDelete(interaction),
    results: (bot, interaction) => handOverKept(bot, interaction),
  },
);
