/** Every command that the bot has. A new one is a file here and a line below. */
import type { Command } from "../src/interactions/command.ts";
import generate from "./generate.ts";
import me from "./me.ts";

export const commands: readonly Command[] = [generate, me];

/** What Discord is told of them. */
export const definitions = commands.map((command) => command.definition);
