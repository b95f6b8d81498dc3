/** 'Change prompt': a form with the prompt of a result in it, and the request that comes of it. */
import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";
import { MAX_PROMPT } from "../generation/parse.ts";
import type { Request } from "../generation/request.ts";
import { quote } from "../generation/view.ts";
import { Refusal } from "../refusal.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import { askAgain } from "./again.ts";
import type { ComponentHandlers, ModalHandlers } from "./component.ts";
import { shownRecord } from "./records.ts";

export const promptButtons: ComponentHandlers = {
  async prompt(bot, interaction, [requestId]) {
    const { request } = await shownRecord(bot, interaction, requestId);
    await interaction.showModal(formOf(textsFor(interaction.locale), request));
  },
};

export const promptForms: ModalHandlers = {
  async "prompt-form"(bot, interaction, [requestId]) {
    const record = await shownRecord(bot, interaction, requestId);
    const prompt = interaction.fields.getTextInputValue("prompt");
    try {
      await askAgain(bot, interaction, record, { prompt }, { change: "prompt" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // What was typed is gone with the form: here it can be copied from.
      throw new Refusal((t) => `${error.say(t)}\n${quote(prompt)}`, { cause: error });
    }
  },
};

function formOf(t: Texts, request: Request): APIModalInteractionResponseCallbackData {
  const prompt = request.renders[0]?.prompt ?? "";
  return {
    custom_id: customId("prompt-form", request.id),
    title: t.promptFormTitle,
    components: [
      {
        type: ComponentType.Label,
        label: t.promptFormLabel,
        description: t.promptFormHint,
        component: {
          type: ComponentType.TextInput,
          custom_id: "prompt",
          style: TextInputStyle.Paragraph,
          required: true,
          // Discord counts UTF-16 units, the prompt's limit characters: a prompt of emoji may have more of the former.
          max_length: Math.max(MAX_PROMPT, prompt.length),
          value: prompt,
        },
      },
    ],
  };
}
