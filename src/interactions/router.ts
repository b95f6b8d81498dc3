/** Where each interaction goes, and how its failures are told to the person. */
import { setTimeout as delay } from "node:timers/promises";
import { type Client, Events, type Interaction } from "discord.js";
import { parseCustomId } from "../discord/customId.ts";
import { refuse } from "../discord/reply.ts";
import { Refusal } from "../refusal.ts";
import { countInteraction, type InteractionKind } from "../status/bot.ts";
import type { Bot } from "./bot.ts";
import type { Command, MessageCommand } from "./command.ts";
import { components, modals } from "./components.ts";

/** Whoever types waits for the list: one that takes longer comes with the next key. */
const AUTOCOMPLETE_MS = 90;

/** Commands of each type by name: Discord lets a name be used once in each. */
interface Commands {
  typed: ReadonlyMap<string, Command>;
  onMessages: ReadonlyMap<string, MessageCommand>;
}

const byName = <C extends Command | MessageCommand>(commands: readonly C[]): Map<string, C> =>
  new Map(commands.map((command) => [command.definition.name, command]));

export function route(
  client: Client,
  bot: Bot,
  typed: readonly Command[],
  onMessages: readonly MessageCommand[],
): void {
  const commands = { typed: byName(typed), onMessages: byName(onMessages) };
  client.on(Events.InteractionCreate, async (interaction) => {
    try {
      await handle(bot, commands, interaction);
      countInteraction(kindOf(interaction), "ok");
    } catch (error) {
      report(bot, interaction, error);
      if (interaction.isRepliable())
        await refuse(interaction, error).catch((cause: unknown) =>
          bot.log.warn({ err: cause, interactionId: interaction.id }, "a refusal could not be sent"),
        );
    }
  });
}

async function handle(bot: Bot, { typed, onMessages }: Commands, interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    const { name, value } = interaction.options.getFocused(true);
    const complete = typed.get(interaction.commandName)?.autocomplete[name];
    // A list that can't be made must not stand in the way of typing: the handler checks the value anyway.
    const choices = complete?.(bot, value, interaction).catch(() => []) ?? [];
    await interaction.respond(await Promise.race([choices, delay(AUTOCOMPLETE_MS, [], { ref: false })]));
  } else if (interaction.isChatInputCommand()) {
    await typed.get(interaction.commandName)?.run(bot, interaction);
  } else if (interaction.isMessageContextMenuCommand()) {
    await onMessages.get(interaction.commandName)?.run(bot, interaction);
  } else if (interaction.isButton() || interaction.isAnySelectMenu()) {
    const { handler, args } = find(components, interaction.customId);
    await handler(bot, interaction, args);
  } else if (interaction.isModalSubmit()) {
    const { handler, args } = find(modals, interaction.customId);
    await handler(bot, interaction, args);
  }
}

function kindOf(interaction: Interaction): InteractionKind {
  if (interaction.isAutocomplete()) return "autocomplete";
  if (interaction.isCommand()) return "command";
  return interaction.isModalSubmit() ? "form" : "component";
}

/** @throws Refusal for a component of another version, or another's */
function find<H>(handlers: Record<string, H>, id: string): { handler: H; args: readonly string[] } {
  const parsed = parseCustomId(id);
  const handler = parsed && Object.hasOwn(handlers, parsed.name) ? handlers[parsed.name] : undefined;
  if (!parsed || !handler) throw new Refusal((t) => t.recordGone);
  return { handler, args: parsed.args };
}

function report(bot: Bot, interaction: Interaction, error: unknown): void {
  const fields = { err: error, interactionId: interaction.id };
  countInteraction(kindOf(interaction), error instanceof Refusal ? "refused" : "failed");
  if (error instanceof Refusal) bot.log.debug(fields, "refused");
  else bot.log.error(fields, "an interaction failed");
}
