/** A server's presets as a JSON file, out and in again: a copy for safety, or for another server. */
import type { Attachment, ChatInputCommandInteraction } from "discord.js";
import { z } from "zod";
import { importPresets, MAX_PRESETS, readPresets } from "../presets/changes.ts";
import { type Preset, presetNameSchema, presetSchema } from "../presets/preset.ts";
import { Refusal } from "../refusal.ts";
import { cut } from "../texts/cut.ts";
import type { Bot } from "./bot.ts";
import { manage } from "./history.ts";

/** Many times what the largest number of presets takes. */
const MAX_BYTES = 128 * 1024;
const FETCH_MS = 10_000;

const fileSchema = z.strictObject({
  format: z.literal("quantspot-presets"),
  version: z.literal(1),
  presets: z
    .record(presetNameSchema, presetSchema)
    .refine((presets) => Object.keys(presets).length <= MAX_PRESETS, `at most ${MAX_PRESETS} presets`),
});

export async function exportPresets(bot: Bot, interaction: ChatInputCommandInteraction): Promise<void> {
  await manage(bot, interaction, async ({ guildId }, t) => {
    const { presets } = await readPresets(bot.redis, guildId);
    if (presets.size === 0) throw new Refusal((say) => say.presets.nothingToExport);
    const own = Object.fromEntries([...presets].sort().map(([name, { value }]) => [name, value]));
    const file: z.infer<typeof fileSchema> = { format: "quantspot-presets", version: 1, presets: own };
    const data = Buffer.from(`${JSON.stringify(file, null, 2)}\n`);
    return {
      content: t.presets.exported(presets.size),
      files: [{ name: "presets.json", data, description: t.presets.exportAlt }],
    };
  });
}

export async function importFile(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  replace: boolean,
  why: string | undefined,
): Promise<void> {
  await manage(bot, interaction, async (desk, t) => {
    const presets = await presetsIn(interaction.options.getAttachment("file", true));
    const { added, replaced, kept } = await importPresets({ ...desk, why }, presets, replace);
    return { content: t.presets.importDone(added, replaced, kept) };
  });
}

/** @throws Refusal that says what is wrong with the file */
async function presetsIn({ size, url }: Attachment): Promise<Map<string, Preset>> {
  if (size > MAX_BYTES) throw new Refusal((t) => t.presets.fileTooLarge(MAX_BYTES));
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) }).catch((cause: unknown) => {
    throw new Refusal((t) => t.presets.fileUnreachable, { cause });
  });
  if (!response.ok) throw new Refusal((t) => t.presets.fileUnreachable);
  const parsed = fileSchema.safeParse(json(await response.text()));
  if (parsed.success) return new Map(Object.entries(parsed.data.presets));
  const [issue] = parsed.error.issues;
  const where = issue ? `${issue.path.join(".")}: ${issue.message}` : "";
  throw new Refusal((t) => t.presets.fileUnreadable(cut(where, 200)));
}

/** @throws Refusal */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal((t) => t.presets.fileUnreadable(t.presets.fileNotJson), { cause });
  }
}
