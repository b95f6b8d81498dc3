/** Where each interaction goes, and how its failures are told to the person. */
import { type Client, Events, type Interaction } from "discord.js";
import { parseCustomId } from "../discord/customId.ts";
import { refuse } from "../discord/reply.ts";
import { Refusal } from "../refusal.ts";
import { en } from "../texts/en.ts";
import type { Bot } from "./bot.ts";
import { press } from "./buttons.ts";
import type { Command } from "./command.ts";

export function route(client: Client, bot: Bot, commands: readonly Command[]): void {
  const byName = new Map(commands.map((command) => [command.definition.name, command]));
  client.on(Events.InteractionCreate, async (interaction) => {
    try {
      await handle(bot, byName, interaction);
    } catch (error) {
      report(bot, interaction, error);
      if (interaction.isRepliable())
        await refuse(interaction, error).catch((cause: unknown) =>
          bot.log.warn({ err: cause, interactionId: interaction.id }, "a refusal could not be sent"),
        );
    }
  });
}

async function handle(bot: Bot, byName: Map<string, Command>, interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    const { name, value } = interaction.options.getFocused(true);
    const complete = byName.get(interaction.commandName)?.autocomplete[name];
    // A list that can't be made must not stand in the way of typing: the handler checks the value anyway.
    await interaction.respond(complete ? await complete(bot, value).catch(() => []) : []);
  } else if (interaction.isChatInputCommand()) {
    await byName.get(interaction.commandName)?.run(bot, interaction);
  } else if (interaction.isButton() || interaction.isStringSelectMenu()) {
    const parsed = parseCustomId(interaction.customId);
    if (!parsed) throw new Refusal(en.recordGone); // a button of another version
    await press(bot, interaction, parsed.action, parsed.requestId);
  }
}

function report(bot: Bot, interaction: Interaction, error: unknown): void {
  const fields = { err: error, interactionId: interaction.id };
  if (error instanceof Refusal) bot.log.debug(fields, "refused");
  else bot.log.error(fields, "an interaction failed");
}
