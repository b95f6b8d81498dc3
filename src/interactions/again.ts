/** A request made from an earlier one, with something changed: what every button, menu and form under a result does. */
import type { RepliableInteraction } from "discord.js";
import { sizeName, type Wish } from "../generation/parse.ts";
import type { Lineage, Request } from "../generation/request.ts";
import { Refusal } from "../refusal.ts";
import type { RequestRecord } from "../store/requests.ts";
import type { Manner } from "./ask.ts";
import type { Bot } from "./bot.ts";
import { repeatComparison } from "./compare.ts";
import { generate } from "./generate.ts";

/**
 * @param change a key with nothing in it leaves that to be chosen anew
 * @param how what the lineage tells of it
 */
export async function askAgain(
  bot: Bot,
  interaction: RepliableInteraction,
  record: RequestRecord,
  change: Partial<Wish>,
  how: Omit<Lineage, "request">,
): Promise<void> {
  const { request } = record;
  const manner: Manner = {
    private: request.private,
    notify: false,
    fullSize: how.change === "full-size",
    lineage: { request: request.id, ...how },
    origin: { guildId: request.guildId, channelId: request.ruledBy ?? request.channelId },
  };
  await again[request.kind](bot, interaction, record, change, manner);
}

type Again = (
  bot: Bot,
  interaction: RepliableInteraction,
  record: RequestRecord,
  change: Partial<Wish>,
  manner: Manner,
) => Promise<void>;

const again: Record<Request["kind"], Again> = {
  generate: (bot, interaction, record, change, manner) =>
    generate(bot, interaction, wishOf(record, change), manner),
  compare: repeatComparison,
  quiz: async () => {
    throw new Refusal((t) => t.rounds.notAgain);
  },
};

/** The same wish again, as far as `change` does not say otherwise. */
function wishOf({ request }: RequestRecord, change: Partial<Wish>): Wish {
  const [render] = request.renders;
  if (!render) throw new Refusal((t) => t.recordGone);
  return {
    prompt: render.prompt,
    backend: render.recipe,
    images: render.noise.length,
    steps: render.steps,
    size: sizeName(render),
    guidance: render.guidance,
    noise: render.noise,
    madeWith: request.preset?.name,
    ...change,
  };
}
