/** /me: what is a member's own. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { defineSubcommands } from "../src/interactions/command.ts";
import { handOverKept } from "../src/interactions/handover.ts";

export default defineSubcommands(
  {
    name: "me",
    description: "What is yours",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        name: "results",
        description: "Private results that could not be sent to you",
        type: ApplicationCommandOptionType.Subcommand,
      },
    ],
  },
  {
    results: (bot, interaction) => handOverKept(bot, interaction),
  },
);
