/** /preset: a server's presets, for members with Manage Server. Members reach them through /generate. */
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as Option,
  PermissionFlagsBits,
} from "discord-api-types/v10";
import { defineSubcommands } from "../src/interactions/command.ts";
import { WHY_LIMIT } from "../src/interactions/history.ts";
import {
  create,
  listPresets,
  lock,
  makeDefault,
  presetHistory,
  remove,
  showPreset,
  undoPreset,
} from "../src/interactions/preset.ts";
import { exportPresets, importFile } from "../src/interactions/presetFiles.ts";
import { openPresetForm } from "../src/interactions/presetForm.ts";
import {
  channel,
  completeBackend,
  completePreset,
  completeSize,
  guidance,
  preset,
  size,
  steps,
} from "./options.ts";

const named = { ...preset, description: "The preset's name", required: true } as const;

const why = {
  name: "why",
  description: "The reason, which the history keeps",
  type: Option.String,
  max_length: WHY_LIMIT,
} as const;

export default defineSubcommands(
  {
    name: "preset",
    description: "Presets of this server",
    type: ApplicationCommandType.ChatInput,
    default_member_permissions: PermissionFlagsBits.ManageGuild.toString(),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { name: "list", description: "All presets and where they are the default", type: Option.Subcommand },
      { name: "show", description: "One preset", type: Option.Subcommand, options: [named] },
      {
        name: "create",
        description: "Create a preset; the model decides what you leave out",
        type: Option.Subcommand,
        options: [
          {
            name: "name",
            description: "a-z, 0-9, - and _",
            type: Option.String,
            required: true,
            min_length: 1,
            max_length: 32,
          },
          {
            name: "backend",
            description: "The quantization to render with",
            type: Option.String,
            required: true,
            autocomplete: true,
          },
          steps,
          size,
          guidance,
          {
            name: "images",
            description: "How many images",
            type: Option.Integer,
            min_value: 1,
            max_value: 4,
          },
          {
            name: "max_steps",
            description: "The most steps that a member may ask for with it",
            type: Option.Integer,
            min_value: 1,
            max_value: 100,
          },
          {
            name: "max_images",
            description: "The most images that a member may ask for with it",
            type: Option.Integer,
            min_value: 1,
            max_value: 4,
          },
          why,
        ],
      },
      { name: "edit", description: "Change a preset in a form", type: Option.Subcommand, options: [named] },
      { name: "delete", description: "Delete a preset", type: Option.Subcommand, options: [named, why] },
      {
        name: "default",
        description: "Set the preset that applies where members leave something out",
        type: Option.Subcommand,
        options: [
          { ...preset, description: "The preset's name; leave it out to have no default any more" },
          channel,
          why,
        ],
      },
      {
        name: "lock",
        description: "Whether members may leave the default",
        type: Option.Subcommand,
        options: [
          {
            name: "locked",
            description: "True: members can use nothing else",
            type: Option.Boolean,
            required: true,
          },
          channel,
          why,
        ],
      },
      {
        name: "undo",
        description: "Undo the newest change that has not been undone yet",
        type: Option.Subcommand,
        options: [why],
      },
      { name: "history", description: "Who changed what, when and why", type: Option.Subcommand },
      { name: "export", description: "This server's presets as a file", type: Option.Subcommand },
      {
        name: "import",
        description: "Take presets from a file of /preset export",
        type: Option.Subcommand,
        options: [
          { name: "file", description: "The file", type: Option.Attachment, required: true },
          {
            name: "replace",
            description: "True: replace presets that are there already; they are kept if left out",
            type: Option.Boolean,
          },
          why,
        ],
      },
    ],
  },
  {
    list: (bot, interaction) => listPresets(bot, interaction),
    show: (bot, interaction, values) => showPreset(bot, interaction, values.preset),
    create: (bot, interaction, { name, why: reason, ...typed }) =>
      create(bot, interaction, name, typed, reason),
    edit: (bot, interaction, values) => openPresetForm(bot, interaction, values.preset),
    delete: (bot, interaction, values) => remove(bot, interaction, values.preset, values.why),
    default: (bot, interaction, values) =>
      makeDefault(bot, interaction, values.preset, values.channel, values.why),
    lock: (bot, interaction, values) => lock(bot, interaction, values.locked, values.channel, values.why),
    undo: (bot, interaction, values) => undoPreset(bot, interaction, values.why),
    history: (bot, interaction) => presetHistory(bot, interaction),
    export: (bot, interaction) => exportPresets(bot, interaction),
    import: (bot, interaction, values) => importFile(bot, interaction, values.replace ?? false, values.why),
  },
  { preset: completePreset, backend: completeBackend, size: completeSize },
);
