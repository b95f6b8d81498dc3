/** /compare: one prompt and one seed, a picture from each of several backends. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";
import { matchBackends } from "../src/backends/directory.ts";
import { MAX_BACKENDS, SETS } from "../src/generation/compare/sets.ts";
import { type Autocomplete, defineCommand } from "../src/interactions/command.ts";
import { compare } from "../src/interactions/compare.ts";
import { textsFor } from "../src/texts/texts.ts";
import {
  backendChoices,
  completeSize,
  guidance,
  hidden,
  notify,
  prompt,
  seed,
  size,
  steps,
} from "./options.ts";

const backend = <const Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ApplicationCommandOptionType.String, autocomplete: true }) as const;

/** Leaves out what is chosen in the other options. */
const completeBackend: Autocomplete = async (bot, typed, interaction) => {
  const { name: own } = interaction.options.getFocused(true);
  const chosen = new Set(
    interaction.options.data.filter(({ name }) => name !== own).map(({ value }) => value),
  );
  // All that match, so that those left out make room for others.
  const matching = matchBackends(await bot.directory.recent(), typed, Number.POSITIVE_INFINITY);
  return backendChoices(
    textsFor(interaction.locale),
    matching.filter(({ report }) => !chosen.has(report.id)),
  );
};

const backends = Array.from({ length: MAX_BACKENDS }, (_, index) => `backend${index + 1}`);

export default defineCommand(
  {
    name: "compare",
    description: "Render one prompt and seed with several backends, side by side",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      prompt,
      {
        name: "set",
        description: "Backends that belong together, the original first where it is offered",
        type: ApplicationCommandOptionType.String,
        choices: SETS.map((name) => ({ name, value: name })),
      },
      backend("backend1", "The first backend; the others are held against it"),
      backend("backend2", "The second backend"),
      backend("backend3", "The third backend"),
      backend("backend4", "The fourth backend"),
      backend("backend5", "The fifth backend"),
      backend("backend6", "The sixth backend"),
      seed,
      steps,
      size,
      guidance,
      hidden,
      notify,
    ],
  },
  async (bot, interaction, values) => {
    const { set, prompt, seed, steps, size, guidance } = values;
    const named = [values.backend1, values.backend2, values.backend3];
    const more = [values.backend4, values.backend5, values.backend6];
    const backends = [...named, ...more].filter((name) => name !== undefined);
    const manner = { private: values.private ?? false, notify: values.notify ?? false };
    await compare(bot, interaction, { prompt, seed, steps, size, guidance, set, backends }, manner);
  },
  { ...Object.fromEntries(backends.map((name) => [name, completeBackend])), size: completeSize },
);
