/** A button whose custom id has several arguments. */
import { type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";

/** @param id the name by which its handler in src/interactions is found, and its arguments */
export const quizButton = (
  label: string,
  id: readonly [name: string, ...args: string[]],
  style: APIButtonComponentWithCustomId["style"] = ButtonStyle.Secondary,
): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style,
  label,
  custom_id: customId(...id),
});
