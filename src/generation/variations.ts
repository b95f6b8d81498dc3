/** Variations of a picture: its start noise, mixed with fresh noise. */
import type { Noise } from "../engine/protocol.ts";
import { Refusal } from "../refusal.ts";
import type { Request } from "./request.ts";

export const VARIATIONS = 4;

/** The weight of the fresh noise: the more, the further from the picture. */
export const STRENGTHS = { slight: 0.3, strong: 0.6 } as const;
export type Strength = keyof typeof STRENGTHS;

/** Seeds that the engine mixes into one image's noise at most. */
const MOST_PARTS = 4;

export const canVary = (noise: Noise): boolean => noise.length < MOST_PARTS;

/**
 * sqrt(1 - s²) of the picture's noise and s of fresh noise: independent noises of unit variance give unit variance
 * again, and correlate with the picture's by sqrt(1 - s²).
 */
export function variationsOf(picture: Noise, strength: Strength): Noise[] {
  const fresh = STRENGTHS[strength];
  const kept = Math.sqrt(1 - fresh ** 2) / Math.hypot(...picture.map(({ weight }) => weight));
  const parts = picture.map(({ seed, weight }) => ({ seed, weight: weight * kept }));
  return Array.from({ length: VARIATIONS }, () => [
    ...parts,
    { seed: Math.floor(Math.random() * 2 ** 32), weight: fresh },
  ]);
}

/**
 * The picture that a menu's value names, and how far to go from it.
 * @throws Refusal for what the menu does not have
 */
export function variationOf(
  request: Request,
  value: string,
): { picture: Noise; image: number; strength: Strength } {
  const [index, name] = value.split("-");
  const image = Number(index);
  const picture = request.renders[0]?.noise[image];
  const strength = (["slight", "strong"] as const).find((known) => known === name);
  if (!picture || !strength || !canVary(picture)) throw new Refusal((t) => t.noVariation);
  return { picture, image, strength };
}

/** The part of an image's noise that is not its first seed's, by weight: 0 for a plain seed. */
export function variedBy(noise: Noise): number {
  const [first] = noise;
  return first ? Math.sqrt(1 - (first.weight / Math.hypot(...noise.map(({ weight }) => weight))) ** 2) : 0;
}
