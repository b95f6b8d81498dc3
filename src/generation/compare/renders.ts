/** From what a member typed to one render a backend, all from the same seed. */
import type { Directory } from "../../backends/directory.ts";
import type { Paces } from "../../presets/pace.ts";
import { Refusal } from "../../refusal.ts";
import { modelOf, type Render, toRender, type Wish } from "../parse.ts";
import { MAX_BACKENDS, recipesOfSet } from "./sets.ts";

export interface CompareWish extends Omit<Wish, "backend" | "images"> {
  set?: string | undefined;
  backends: string[];
}

/** @throws Refusal saying what to change */
export function toRenders(
  { set, backends, ...wish }: CompareWish,
  directory: Directory,
  paces: Paces,
): Render[] {
  if (set !== undefined && backends.length > 0) throw new Refusal((t) => t.compare.setOrBackends);
  modelOf(directory); // with nobody there, that is what is in the way
  const chosen = set === undefined ? backends : recipesOfSet(set, directory, paces);
  if (chosen.length < 2 || chosen.length > MAX_BACKENDS)
    throw new Refusal((t) => t.compare.tooFew(MAX_BACKENDS));
  const first = toRender({ ...wish, backend: chosen[0], images: 1 }, directory);
  // The seed may have been drawn just now: the others start from the same noise.
  const renders = chosen.map((backend) => ({
    ...toRender({ ...wish, backend, images: 1 }, directory),
    noise: first.noise,
  }));
  const twice = renders.find(
    ({ recipe }, index) => renders.findIndex((other) => other.recipe === recipe) < index,
  );
  if (twice) throw new Refusal((t) => t.compare.twice(twice.recipe));
  return renders;
}
