/** What /generate and the buttons under its results ask for: one render. */
import type { RepliableInteraction } from "discord.js";
import { toRender, type Wish } from "../generation/parse.ts";
import { applyPreset } from "../presets/apply.ts";
import { ask, type Manner } from "./ask.ts";
import type { Bot } from "./bot.ts";

/** @throws Refusal, with nothing queued */
export async function generate(
  bot: Bot,
  interaction: RepliableInteraction,
  wish: Wish,
  manner: Manner,
): Promise<void> {
  await ask(
    bot,
    interaction,
    {
      kind: "generate",
      wanted(house) {
        const { wish: complete, use } = applyPreset(wish, house);
        return { renders: [{ ...toRender(complete, house.directory), preview: true }], preset: use };
      },
    },
    manner,
  );
}
