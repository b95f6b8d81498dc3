/** Every command that the bot has. A new one is a file here and a line below. */
import { localized } from "../src/discord/localized.ts";
import type { Command, MessageCommand } from "../src/interactions/command.ts";
import { commandTranslations } from "../src/texts/texts.ts";
import backends from "./backends.ts";
import compare from "./compare.ts";
import details from "./details.ts";
import generate from "./generate.ts";
import me from "./me.ts";
import preset from "./preset.ts";
import queue from "./queue.ts";
import quiz from "./quiz.ts";
import settings from "./settings.ts";
import stats from "./stats.ts";

export const commands: readonly Command[] = [
  backends,
  compare,
  generate,
  me,
  preset,
  queue,
  quiz,
  settings,
  stats,
];

/** Those in the menu of a message. */
export const messageCommands: readonly MessageCommand[] = [details];

/** What Discord is told of them, in every language. */
export const definitions = [...commands, ...messageCommands].map(({ definition }) =>
  localized(definition, commandTranslations),
);
