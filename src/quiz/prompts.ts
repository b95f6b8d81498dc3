/**
 * What a study asks about unless somebody names a prompt: varied on purpose, since quantization shows in different
 * places (skin, letters, fine lines, gradients, counting, many small things).
 */
export const PROMPTS = [
  "a close portrait of an old fisherman in soft window light, skin pores and grey beard, photograph",
  "a shop window at night with a neon sign that reads OPEN LATE, wet street, reflections",
  "a bowl with seven red apples on a wooden table, morning light from the left",
  "a suspension bridge in fog, thin steel cables against a pale sky, long exposure",
  "a watercolour of a mountain village in autumn, paper texture, loose brush strokes",
  "a macro photograph of a dragonfly on a blade of grass with dew drops",
  "two hands playing a grand piano, seen from above, black and white",
  "an isometric drawing of a small greenhouse full of plants, clean lines, pastel colours",
  "a crowded market street in Hanoi at noon, hundreds of details, wide angle",
  "a calm sea under a cloudless evening sky, smooth gradient from orange to deep blue",
  "a wool sweater with a Nordic pattern folded on a chair, close-up of the knitting",
  "an astronaut reading a newspaper with the headline GOOD NEWS in a diner",
  "a glass chess set in play, caustics on a marble table, studio light",
  "a tabby cat asleep on a stack of old books, dust in a beam of sunlight",
  "a cutaway technical illustration of a mechanical watch, labelled parts, blueprint style",
  "a snowy forest at blue hour with one lit cabin far away",
] as const;
