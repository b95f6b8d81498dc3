/** Options that several commands have, each defined once, with what completes them. */
import {
  type ApplicationCommandOptionAllowedChannelType,
  ApplicationCommandOptionType,
  ChannelType,
  type APIApplicationCommandBasicOption as Option,
} from "discord-api-types/v10";
import { type Backend, describe, matchBackends } from "../src/backends/directory.ts";
import { CHOICES } from "../src/discord/limits.ts";
import { sizeName } from "../src/generation/parse.ts";
import type { Autocomplete, Choices } from "../src/interactions/command.ts";
import { presetNames } from "../src/presets/apply.ts";
import { boundedBy } from "../src/settings/rules.ts";
import { cut } from "../src/texts/cut.ts";
import { type Texts, textsFor } from "../src/texts/texts.ts";

export const prompt = {
  name: "prompt",
  description: "What the image shows",
  type: ApplicationCommandOptionType.String,
  required: true,
  min_length: 1,
  max_length: 1000,
} as const satisfies Option;

export const steps = {
  name: "steps",
  description: "Denoising steps: more take longer and look cleaner",
  type: ApplicationCommandOptionType.Integer,
  min_value: 1,
  max_value: 100,
} as const satisfies Option;

export const size = {
  name: "size",
  description: "Width x height in pixels",
  type: ApplicationCommandOptionType.String,
  autocomplete: true,
} as const satisfies Option;

export const guidance = {
  name: "guidance",
  description: "How closely the image follows the prompt",
  type: ApplicationCommandOptionType.Number,
  min_value: 0,
  max_value: 20,
} as const satisfies Option;

export const seed = {
  name: "seed",
  description: "The same seed gives the same image again",
  type: ApplicationCommandOptionType.Integer,
  min_value: 0,
  max_value: Number.MAX_SAFE_INTEGER,
} as const satisfies Option;

export const hidden = {
  name: "private",
  description: "Show the result to you alone",
  type: ApplicationCommandOptionType.Boolean,
} as const satisfies Option;

export const notify = {
  name: "notify",
  description: "Mention you when it is done",
  type: ApplicationCommandOptionType.Boolean,
} as const satisfies Option;

export const preset = {
  name: "preset",
  description: "A preset of this server: it says what you leave out",
  type: ApplicationCommandOptionType.String,
  autocomplete: true,
} as const satisfies Option;

/** Where messages are. A thread goes with the channel that it is in. */
const CHANNELS: ApplicationCommandOptionAllowedChannelType[] = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
];

export const channel = {
  name: "channel",
  description: "One channel; the whole server if left out",
  type: ApplicationCommandOptionType.Channel,
  channel_types: CHANNELS,
} as const satisfies Option;

export const backendChoices = (t: Texts, backends: readonly Backend[]): Choices =>
  backends
    .slice(0, CHOICES)
    .map((backend) => ({ name: cut(describe(t, backend), 100), value: backend.report.id }));

export const completeBackend: Autocomplete = async (bot, typed, { locale }) =>
  backendChoices(textsFor(locale), matchBackends(await bot.directory.recent(), typed));

/** What can be edited is a server's own; everything else can be any. */
const OWN_ONLY = ["edit", "delete"];

export const completePreset: Autocomplete = async (bot, typed, interaction) => {
  if (!interaction.guildId) return [];
  const book = await bot.presets.get(interaction.guildId);
  const ownOnly = OWN_ONLY.includes(interaction.options.getSubcommand(false) ?? "");
  const names = ownOnly ? [...book.presets.keys()].sort() : presetNames(book);
  return names
    .filter((name) => name.includes(typed.trim().toLowerCase()))
    .slice(0, CHOICES)
    .map((name) => ({ name, value: name }));
};

/** The sizes that the server allows; a moderator who sets the largest one chooses among all. */
export const completeSize: Autocomplete = async (bot, typed, { guildId, commandName }) => {
  const offers = await bot.directory.recent();
  const isBounded = guildId !== null && commandName !== "settings";
  const { model } = isBounded ? boundedBy(await bot.settings.get(guildId), offers) : offers;
  const sizes = model?.sizes ?? [];
  return sizes
    .map((size) => ({ name: sizeName(size), value: sizeName(size) }))
    .filter(({ name }) => name.includes(typed.trim().toLowerCase()))
    .slice(0, CHOICES);
};
