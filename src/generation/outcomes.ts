/** How renders ended, in words and as a record keeps it. */
import type { Directory } from "../backends/directory.ts";
import type { RenderOutcome } from "../queue/deliveries.ts";
import type { RequestRecord } from "../store/requests.ts";
import { told } from "../texts/notices.ts";
import type { Texts } from "../texts/texts.ts";

/** Why there is no picture of a render. */
export function failureSentence(t: Texts, outcome: RenderOutcome | undefined): string {
  return outcome?.ended === "failed" ? told(t, outcome.reason) : t.failedUnknown;
}

/** How the renders of an answered request ended, as far as its record tells. */
export function outcomesOf({ request, results }: RequestRecord): RenderOutcome[] {
  return request.renders.map((_, index) => {
    const result = results.find(({ render }) => render === index);
    return result ? { ended: "rendered", result } : { ended: "removed" };
  });
}

/** A backend by the name that people read; by its id where no engine offers it any more. */
export function labelOf(recipe: string, directory: Directory): string {
  return directory.offered.find(({ report }) => report.id === recipe)?.report.label ?? recipe;
}
