/** /stats: what was measured over time, as charts. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { defineCommand } from "../src/interactions/command.ts";
import { PERIODS, showStats } from "../src/interactions/stats.ts";

export default defineCommand(
  {
    name: "stats",
    description: "Charts of memory, time, renders, waits and GPU occupancy",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        name: "chart",
        description: "Which chart; memory against time if left out",
        type: ApplicationCommandOptionType.String,
        choices: [
          { name: "memory against time", value: "backends" },
          { name: "renders a day", value: "jobs" },
          { name: "waits in the queue", value: "waits" },
          { name: "GPU occupancy", value: "occupancy" },
        ],
      },
      {
        name: "days",
        description: "How far charts by day look back, 14 days if left out",
        type: ApplicationCommandOptionType.Integer,
        choices: PERIODS.map((days) => ({ name: `${days} days`, value: days })),
      },
    ],
  },
  (bot, interaction, values) => showStats(bot, interaction, values),
);
