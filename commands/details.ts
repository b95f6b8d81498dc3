/** Apps → Show details, on a message of the bot. */
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { defineMessageCommand } from "../src/interactions/command.ts";
import { showDetails } from "../src/interactions/details.ts";

export default defineMessageCommand(
  {
    name: "Show details",
    type: ApplicationCommandType.Message,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  showDetails,
);
