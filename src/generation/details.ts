/** Everything needed to make a result again, and what it took. */
import type { Directory } from "../backends/directory.ts";
import type { RequestRecord } from "../store/requests.ts";
import { labelOf } from "./outcomes.ts";
import type { Lineage, RenderResult, Request } from "./request.ts";

export type Details = ReturnType<typeof detailsOf>;

/** @param ancestors what it was made from, the nearest first */
export function detailsOf(
  { request, results }: Pick<RequestRecord, "request" | "results">,
  directory: Directory,
  ancestors: Lineage[],
) {
  const [render] = request.renders;
  return {
    request: request.id,
    kind: request.kind,
    askedAt: new Date(request.createdAt).toISOString(),
    prompt: render?.prompt ?? "",
    width: render?.width ?? 0,
    height: render?.height ?? 0,
    steps: render?.steps ?? 0,
    guidance: render?.guidance ?? 0,
    ...(request.preset && { preset: request.preset.name }),
    madeFrom: ancestors,
    renders: request.renders.map(({ recipe, noise }, index) => ({
      backend: recipe,
      label: labelOf(recipe, directory),
      /** One entry an image: its start noise is the weighted sum of the seeds' noises, at unit variance. */
      noise,
      /** Absent where it was not rendered. */
      measured: measured(results.find(({ render }) => render === index)),
    })),
  };
}

export type Measured = NonNullable<ReturnType<typeof measured>>;

function measured(result: RenderResult | undefined) {
  if (!result) return undefined;
  const { model, revision, versions, stats, queueSeconds, workerId } = result;
  return {
    model: { name: model, ...(revision !== undefined && { revision }) },
    versions,
    ...stats,
    waitedSeconds: queueSeconds,
    workerId,
  };
}

/** A request whose backends nobody may know yet shows nothing of itself. */
export const isSecret = ({ renders }: Request): boolean => renders.some(({ secret }) => secret);
