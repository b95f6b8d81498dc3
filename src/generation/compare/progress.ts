/** A comparison under way: a line for each backend, since different hosts may render them at once. */
import type { OutgoingMessage } from "../../discord/messages.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import { bar } from "../../texts/units.ts";
import type { Running } from "../kind.ts";
import { labelOf } from "../outcomes.ts";
import type { Progress } from "../request.ts";
import { pending } from "../view.ts";

export function compareProgress(running: Running): OutgoingMessage {
  const { request, progress, standings, directory, notify } = running;
  const t = textsFor(request.locale);
  const lines = request.renders.map(({ recipe }, index) => {
    const standing = standings[index] ?? "waiting";
    const now = standing === "running" ? progress.get(index) : undefined;
    return t.compare.backend(standing, labelOf(recipe, directory), now ? doing(t, now) : "");
  });
  const rendered = standings.filter((standing) => standing === "rendered").length;
  const headline = [t.compare.progress(rendered, request.renders.length), ...lines].join("\n");
  return pending(request, headline, notify);
}

function doing(t: Texts, { phase, step, steps }: Progress): string {
  return phase === "loading" ? t.compare.loading : `${bar(step / steps, 8)} ${t.compare.step(step, steps)}`;
}
