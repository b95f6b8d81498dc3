/** /queue: what waits and runs, and who may stop it. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { defineSubcommands } from "../src/interactions/command.ts";
import { cancelInQueue, cancellable, closeQueue, resumeQueue, showQueue } from "../src/interactions/queue.ts";

const { Subcommand } = ApplicationCommandOptionType;

// Everybody sees all of it: Discord can't show single subcommands to some only. The handlers ask who may.
export default defineSubcommands(
  {
    name: "queue",
    description: "What is waiting and running",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { name: "show", description: "Your requests, and how long they take", type: Subcommand },
      {
        name: "cancel",
        description: "Cancel a request of yours; moderators can cancel any of this server",
        type: Subcommand,
        options: [
          {
            name: "request",
            description: "Which request",
            type: ApplicationCommandOptionType.String,
            required: true,
            autocomplete: true,
          },
        ],
      },
      {
        name: "pause",
        description: "Operators: finish what is running and start nothing more",
        type: Subcommand,
      },
      {
        name: "drain",
        description: "Operators: like pause, and refuse new requests",
        type: Subcommand,
      },
      { name: "resume", description: "Operators: go on after a pause or a drain", type: Subcommand },
    ],
  },
  {
    show: (bot, interaction) => showQueue(bot, interaction),
    cancel: (bot, interaction, { request }) => cancelInQueue(bot, interaction, request),
    pause: (bot, interaction) => closeQueue(bot, interaction, "paused"),
    drain: (bot, interaction) => closeQueue(bot, interaction, "draining"),
    resume: (bot, interaction) => resumeQueue(bot, interaction),
  },
  { request: (bot, typed, interaction) => cancellable(bot, interaction, typed) },
);
