/** The house in which an interaction happens: what its moderators have laid down, and who has come in where. */
import type { BaseInteraction } from "discord.js";
import type { Directory } from "../backends/directory.ts";
import { type Origin, visitOf } from "../discord/visit.ts";
import type { Circumstances } from "../presets/apply.ts";
import { toPresetBook } from "../presets/preset.ts";
import { Refusal } from "../refusal.ts";
import { readSettings } from "../settings/changes.ts";
import { boundedBy, type Place } from "../settings/rules.ts";
import { limitsFor, type MemberLimits, type Settings } from "../settings/settings.ts";
import { readBook } from "../store/books.ts";
import { isAway } from "../store/redis.ts";
import type { Bot } from "./bot.ts";

export interface House extends Circumstances {
  guildId: string;
  settings: Settings;
  /** Of the member who is asking. */
  limits: MemberLimits;
  place: Place;
}

/**
 * @param guildId the server whose rules hold
 * @param origin of the result whose button was pressed, for direct messages
 * @throws Refusal when Redis is away
 */
export async function houseOf(
  bot: Bot,
  interaction: BaseInteraction,
  guildId: string,
  origin?: Origin,
): Promise<House> {
  try {
    const [offers, presets, settings, visit] = await Promise.all([
      bot.directory.get(),
      readBook(bot.redis, "presets", guildId),
      readSettings(bot.redis, guildId),
      visitOf(interaction, origin),
    ]);
    const directory: Directory = boundedBy(settings, offers);
    return {
      guildId,
      settings,
      limits: limitsFor(settings, visit.roles),
      place: visit,
      book: toPresetBook(presets),
      directory,
      paces: await bot.paces.get(directory),
      free: visit.isManager,
    };
  } catch (cause) {
    if (!isAway(cause)) throw cause;
    throw new Refusal((t) => t.redisAway, { cause });
  }
}
