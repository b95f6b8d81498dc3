/** What /preset says, and what presets say in other places. */
import { ago, bold, code, plain } from "../markup.ts";
import { bytes, listed, number, s } from "./words.ts";

const SETTING = {
  preset: "preset",
  backend: "backend",
  steps: "steps",
  size: "size",
  guidance: "guidance",
} as const;

export interface PresetFigures {
  backend: string;
  steps: number | undefined;
  size: string | undefined;
  guidance: number | undefined;
  images: number | undefined;
  maxSteps: number | undefined;
  maxImages: number | undefined;
}

const scopeName = (scope: string) => (scope === "server" ? "the whole server" : `<#${scope}>`);

/** A preset in one line; what is absent is as the model's default. */
const figures = (preset: PresetFigures): string =>
  [
    `\`${preset.backend}\``,
    preset.steps === undefined ? "" : s(preset.steps, "step"),
    preset.size ?? "",
    preset.guidance === undefined ? "" : `guidance ${number(preset.guidance)}`,
    preset.images === undefined ? "" : s(preset.images, "image"),
    preset.maxSteps === undefined ? "" : `at most ${s(preset.maxSteps, "step")}`,
    preset.maxImages === undefined ? "" : `at most ${s(preset.maxImages, "image")}`,
  ]
    .filter(Boolean)
    .join(" · ");

const laidDown = (name: string, everywhere: boolean) =>
  `The moderators have set the preset **${name}** for ${everywhere ? "the whole server" : "this channel"}.`;

export const presets = {
  figures,

  // In /generate
  usedHere: (name: string) => `preset **${name}**`,
  instead: {
    backend: (name: string, asked: string, used: string) =>
      `The preset **${name}** wants \`${asked}\`, which no GPU worker offers now; \`${used}\` is used instead.`,
    steps: (name: string, asked: string, used: string) =>
      `The preset **${name}** wants ${asked} steps, which aren't possible here; ${used} are used instead.`,
    size: (name: string, asked: string, used: string) =>
      `The preset **${name}** wants the size ${asked}, which can't be drawn here; ${used} is used instead.`,
    guidance: (name: string, asked: string, used: string) =>
      `The preset **${name}** wants guidance ${asked}, which this model does not take; ${used} is used instead.`,
  },
  unknown: (name: string, names: string[]) =>
    `There is no preset ${code(plain(name))} here. Choose one of ${listed(names.map(code))}.`,
  unknownOwn: (name: string, names: string[]) =>
    names.length === 0
      ? "This server has no presets of its own yet. Make one with `/preset create`."
      : `This server has no preset ${code(plain(name))} of its own. Choose one of ${listed(names.map(code))}.`,
  limitBelow: (name: "steps" | "images") => `\`max_${name}\` can't be less than \`${name}\`.`,
  locked: (name: string, setting: keyof typeof SETTING, everywhere: boolean) =>
    `${laidDown(name, everywhere)} Leave \`${SETTING[setting]}\` out${everywhere ? "" : ", or use another channel"}.`,
  lockedAlone: (name: string, everywhere: boolean) =>
    `${laidDown(name, everywhere)} Pictures of other backends would leave it, so this is not possible here.${everywhere ? "" : " Use another channel."}`,
  overLimit: (name: string, setting: "steps" | "images", most: number) =>
    `With the preset **${name}**, \`${setting}\` may be at most ${most}.`,

  // /preset
  shipped: {
    fast: "the backend that was measured fastest, at half of the usual steps",
    balanced: "the fastest backend with 8 bits or a little more",
    original: "the weights as they were published",
  },
  listTitle: (count: number) => `**${count} presets.** Members use one with \`/generate preset:\`.`,
  listed: (name: string, preset: PresetFigures) => `- **${name}** · ${figures(preset)}`,
  listedShipped: (name: string, meaning: string, now: string | undefined, measured: boolean) =>
    [
      `- **${name}** · ${meaning}`,
      now === undefined ? "" : `: now \`${now}\``,
      measured ? "" : ", by what is loaded, since nothing has been measured yet",
    ].join(""),
  meansNow: (preset: PresetFigures) => `Now it is ${figures(preset)}`,
  defaultIn: (name: string, scope: string, locked: boolean) =>
    `Default in ${scopeName(scope)}: **${name}**${locked ? ", locked" : ""}`,
  noDefault: "No default is set: what members leave out is up to the model.",
  tooMany: (most: number) => `A server can have ${most} presets. Delete one first.`,
  badName:
    "A preset's name is 1 to 32 of the characters a-z, 0-9, `-` and `_`, and begins with a letter or digit.",
  reserved: (name: string) =>
    `**${name}** is a preset that every server has. It can't be changed; choose another name.`,
  exists: (name: string) => `There is already a preset **${name}**. Change it with \`/preset edit\`.`,
  created: (name: string, preset: PresetFigures) => `Created the preset **${name}**: ${figures(preset)}`,
  edited: (name: string, preset: PresetFigures) => `Changed the preset **${name}**: ${figures(preset)}`,
  unchanged: (name: string) => `Nothing was changed: the preset **${name}** is as it was.`,
  deleted: (name: string) => `Deleted the preset **${name}**. \`/preset undo\` brings it back.`,
  deletedDefault: (name: string, scopes: string[]) =>
    `Deleted the preset **${name}**. It was the default in ${listed(scopes.map(scopeName))}, where there is none now. \`/preset undo\` brings it all back.`,
  defaultSet: (name: string, scope: string) =>
    `**${name}** is now the default in ${scopeName(scope)}: it applies where a member leaves something out.`,
  defaultCleared: (scope: string) => `There is no default in ${scopeName(scope)} any more.`,
  noDefaultThere: (scope: string) =>
    `No default is set for ${scopeName(scope)}. Set one first with \`/preset default\`.`,
  lockedNow: (name: string, scope: string) =>
    `**${name}** is locked in ${scopeName(scope)}: members can't use anything else there. Moderators can.`,
  unlockedNow: (name: string, scope: string) =>
    `**${name}** is no longer locked in ${scopeName(scope)}: members may choose.`,

  // Forms
  formTitle: (name: string) => `Edit the preset ${name}`,
  formBackend: "Backend",
  formNotOffered: (backend: string) => `${backend} (not offered now)`,
  formSize: "Size",
  formModelSize: "The model's default",
  formFigures: "Figures",
  formFiguresHelp:
    "One per line: steps, guidance, images, max_steps, max_images. The model sets what is missing.",
  formWhy: "Why? The history keeps it",
  badLine: (line: string) =>
    `I can't read the line ${code(plain(line))}. Write a name and a number, such as \`steps: 20\`.`,
  badFigure: (line: string, min: number, max: number, whole: boolean) =>
    `The line ${code(plain(line))} needs a ${whole ? "whole number" : "number"} from ${min} to ${max}.`,
  conflict: (name: string, by: string, at: number, now: PresetFigures | undefined) =>
    now
      ? `<@${by}> has changed the preset **${name}** ${ago(at)}, while your form was open, so yours was not saved. Now it is: ${figures(now)}\nOpen the form again to decide with that in view: what you typed is in it.`
      : `<@${by}> has deleted the preset **${name}** ${ago(at)}, while your form was open, so yours was not saved.`,
  buttonFormAgain: "Open the form again",
  draftGone: "What you typed was too long ago and is gone. Use `/preset edit` again.",

  // History
  undoBreaks: (name: string, scope: string) =>
    `That would take the preset **${name}** away, which is the default in ${scopeName(scope)}. Change the default first.`,
  imported: (count: number) => (count === 1 ? "imported 1 preset" : `imported ${count} presets`),
  presetCreated: (name: string, after: PresetFigures) => `created **${name}** (${figures(after)})`,
  presetDeleted: (name: string, before: PresetFigures) => `deleted **${name}** (${figures(before)})`,
  presetChanged: (name: string, before: PresetFigures, after: PresetFigures) =>
    `changed **${name}** from ${figures(before)} to ${figures(after)}`,
  defaultChanged: (scope: string, after: { preset: string; locked: boolean } | undefined) =>
    after
      ? `default in ${scopeName(scope)}: **${after.preset}**${after.locked ? ", locked" : ""}`
      : `no default in ${scopeName(scope)}`,

  // Files
  exported: (count: number) =>
    `Here ${count === 1 ? "is the preset" : `are the ${count} presets`} of this server, for \`/preset import\`.`,
  nothingToExport: "This server has no presets of its own to export.",
  exportAlt: "The presets of this server as JSON",
  fileTooLarge: (limit: number) =>
    `The file is larger than ${bytes(limit)}. A file from \`/preset export\` is far smaller.`,
  fileUnreachable: "The file could not be fetched from Discord. Attach it again.",
  fileUnreadable: (where: string) =>
    `The file is not from \`/preset export\`: ${where}. Nothing was imported.`,
  fileNotJson: "it is not JSON",
  importDone: (added: string[], replaced: string[], kept: string[]) =>
    [
      added.length > 0 ? `Added: ${listed(added.map(bold))}.` : "",
      replaced.length > 0 ? `Replaced: ${listed(replaced.map(bold))}.` : "",
      kept.length > 0 ? `Kept as they were: ${listed(kept.map(bold))}.` : "",
      added.length + replaced.length > 0 ? "`/preset undo` undoes all of it." : "Nothing was changed.",
    ]
      .filter(Boolean)
      .join("\n"),
};
