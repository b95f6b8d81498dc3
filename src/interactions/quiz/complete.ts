/** What completes the options of /quiz start. */
import { CHOICES } from "../../discord/limits.ts";
import { isAskable } from "../../quiz/start.ts";
import { textsFor } from "../../texts/texts.ts";
import type { Autocomplete } from "../command.ts";

/** Characters of one choice's value. */
const VALUE = 100;

/** The last backend of a list with commas; what is named before it stays. */
export const completeBackends: Autocomplete = async (bot, typed) => {
  const named = typed.split(",").map((name) => name.trim());
  const last = named.pop()?.toLowerCase() ?? "";
  const { offered } = await bot.directory.recent();
  return offered
    .filter((backend) => isAskable(backend) && !named.includes(backend.report.id))
    .filter(({ report }) => `${report.id} ${report.label}`.toLowerCase().includes(last))
    .map(({ report }) => [...named, report.id].join(", "))
    .filter((value) => value.length <= VALUE)
    .slice(0, CHOICES)
    .map((value) => ({ name: value, value }));
};

export const completeCloses: Autocomplete = async (_bot, typed, { locale }) =>
  textsFor(locale)
    .rounds.closes.filter((rule) => rule.toLowerCase().includes(typed.trim().toLowerCase()))
    .map((rule) => ({ name: rule, value: rule }));
