/** What /generate and the buttons under its results ask for: one render. */
import type { RepliableInteraction } from "discord.js";
import { type Render, toRender, type Wish } from "../generation/parse.ts";
import { applyPreset } from "../presets/apply.ts";
import { Refusal } from "../refusal.ts";
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
        const render = toRender(complete, house.directory);
        if (manner.fullSize) requireSame(render, toRender(wish, house.directory));
        return { renders: [{ ...render, preview: true }], preset: use };
      },
    },
    manner,
  );
}

/** A locked preset that has changed since draws another picture. @throws Refusal */
function requireSame(render: Render, earlier: Render): void {
  const settings = ["recipe", "width", "height", "steps", "guidance"] as const;
  if (settings.some((setting) => render[setting] !== earlier[setting]))
    throw new Refusal((t) => t.fullSizeChanged);
}
