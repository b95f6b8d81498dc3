/** /generate: a prompt becomes a grid of images. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { defineCommand } from "../src/interactions/command.ts";
import { generate } from "../src/interactions/generate.ts";
import {
  completeBackend,
  completePreset,
  completeSize,
  guidance,
  hidden,
  notify,
  preset,
  prompt,
  seed,
  size,
  steps,
} from "./options.ts";

export default defineCommand(
  {
    name: "generate",
    description: "Render images from a description",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      prompt,
      preset,
      {
        name: "backend",
        description: "The quantization to render with; what is loaded already is fastest",
        type: ApplicationCommandOptionType.String,
        autocomplete: true,
      },
      {
        name: "images",
        description: "How many images, 4 if left out",
        type: ApplicationCommandOptionType.Integer,
        min_value: 1,
        max_value: 4,
      },
      steps,
      size,
      guidance,
      seed,
      hidden,
      notify,
    ],
  },
  async (bot, interaction, values) => {
    await generate(bot, interaction, values, {
      private: values.private ?? false,
      notify: values.notify ?? false,
    });
  },
  { backend: completeBackend, preset: completePreset, size: completeSize },
);
