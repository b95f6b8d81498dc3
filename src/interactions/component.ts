/** What buttons, select menus and modals do: each file of handlers says by which names of custom ids it is called. */
import type { AnySelectMenuInteraction, ButtonInteraction, ModalSubmitInteraction } from "discord.js";
import type { Bot } from "./bot.ts";

export type Component = ButtonInteraction | AnySelectMenuInteraction;

/** @param args what the custom id carries after its name, unchecked: a member may have sent anything */
type Handler<I> = (bot: Bot, interaction: I, args: readonly string[]) => Promise<void>;

/** By the custom id's name. */
export type ComponentHandlers = Record<string, Handler<Component>>;
export type ModalHandlers = Record<string, Handler<ModalSubmitInteraction>>;
