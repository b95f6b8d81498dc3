/** /generate: a prompt becomes a grid of images. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { describe, matchBackends } from "../src/backends/directory.ts";
import { cut } from "../src/discord/messages.ts";
import { sizeName } from "../src/generation/parse.ts";
import { defineCommand } from "../src/interactions/command.ts";
import { generate } from "../src/interactions/generate.ts";

export default defineCommand(
  {
    name: "generate",
    description: "Render images from a description",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        name: "prompt",
        description: "What the picture shows",
        type: ApplicationCommandOptionType.String,
        required: true,
        min_length: 1,
        max_length: 1000,
      },
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
      {
        name: "steps",
        description: "Denoising steps: more take longer and look cleaner",
        type: ApplicationCommandOptionType.Integer,
        min_value: 1,
        max_value: 100,
      },
      {
        name: "size",
        description: "Width x height in pixels",
        type: ApplicationCommandOptionType.String,
        autocomplete: true,
      },
      {
        name: "guidance",
        description: "How closely the picture follows the prompt",
        type: ApplicationCommandOptionType.Number,
        min_value: 0,
        max_value: 20,
      },
      {
        name: "seed",
        description: "The same seed gives the same picture again",
        type: ApplicationCommandOptionType.Integer,
        min_value: 0,
        max_value: Number.MAX_SAFE_INTEGER,
      },
      {
        name: "private",
        description: "Show the result to you alone",
        type: ApplicationCommandOptionType.Boolean,
      },
      {
        name: "notify",
        description: "Mention you when it is done",
        type: ApplicationCommandOptionType.Boolean,
      },
    ],
  },
  async (bot, interaction, values) => {
    await generate(bot, interaction, values, {
      private: values.private ?? false,
      notify: values.notify ?? false,
    });
  },
  {
    async backend(bot, typed) {
      return matchBackends(await bot.directory.get(), typed).map((backend) => ({
        name: cut(describe(backend), 100),
        value: backend.report.id,
      }));
    },
    async size(bot, typed) {
      const sizes = (await bot.directory.get()).model?.sizes ?? [];
      return sizes
        .map((size) => ({ name: sizeName(size), value: sizeName(size) }))
        .filter(({ name }) => name.includes(typed.trim().toLowerCase()))
        .slice(0, 25);
    },
  },
);
