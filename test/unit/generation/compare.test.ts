import { describe, expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import type { RecipeReport } from "../../../src/engine/protocol.ts";
import { pairRow } from "../../../src/generation/compare/controls.ts";
import { toRenders } from "../../../src/generation/compare/renders.ts";
import { recipesOfSet } from "../../../src/generation/compare/sets.ts";
import { presence, recipe } from "../../support/presence.ts";

type Family = RecipeReport["family"];
const of = (id: string, family: Family, bits: number, change: Partial<RecipeReport> = {}) =>
  recipe(id, { label: id, family, bits, ...change });

const RECIPES = [
  of("bf16", "original", 16),
  of("bnb-nf4", "bitsandbytes", 4.5),
  of("bnb-int8", "bitsandbytes", 8),
  of("bnb-nf4-offload", "bitsandbytes", 4.5, { placement: "model-offload" }),
  of("torchao-int4", "torchao", 4.25, { runnable: false, reason: { message: "It needs CUDA." } }),
  of("torchao-int8", "torchao", 8),
  of("torchao-int8-compile", "torchao", 8, { execution: "compiled" }),
  of("torchao-fp8", "torchao", 8),
  of("quanto-int4", "quanto", 4.25),
  of("quanto-int8", "quanto", 8),
  of("gguf-q2_k", "gguf", 2.625),
  of("gguf-q4_1", "gguf", 5),
  of("gguf-q5_0", "gguf", 5.5),
  of("gguf-q8_0", "gguf", 8.5),
  of("fp8-layerwise", "layerwise", 8),
];
const offering = (recipes: RecipeReport[], resident: string[] = []) =>
  directoryOf([presence({ recipes, resident })]);
const all = offering(RECIPES);

describe("a named set", () => {
  it("of four bits has every 4-bit format that is offered, none of another size, none that can't run", () => {
    expect(recipesOfSet("4-bit", all, new Map())).toEqual(["bf16", "bnb-nf4", "quanto-int4", "gguf-q4_1"]);
  });

  it("of eight bits takes one of each family before a second one, loaded ones first, up to six in all", () => {
    const loaded = offering(RECIPES, ["torchao-fp8"]);
    expect(recipesOfSet("8-bit", loaded, new Map())).toEqual([
      ...["bf16", "torchao-fp8", "bnb-int8", "quanto-int8", "gguf-q8_0", "fp8-layerwise"],
    ]);
  });

  it("of the article has what took the least memory there, of each family", () => {
    expect(recipesOfSet("article", all, new Map())).toEqual([
      ...["bf16", "quanto-int4", "bnb-nf4", "gguf-q2_k", "torchao-int8", "fp8-layerwise"],
    ]);
  });

  it("of the fastest goes by what was measured, and names nothing else", () => {
    const paces = new Map([
      ["gguf-q8_0", 3],
      ["torchao-int8", 1],
      ["bf16", 2],
      ["gone-since", 0.1],
    ]);
    expect(recipesOfSet("fastest", all, paces)).toEqual(["bf16", "torchao-int8", "gguf-q8_0"]);
    expect(() => recipesOfSet("fastest", all, new Map())).toThrow(/Nothing has been measured/);
  });

  it("does without the original where nobody offers it, and is refused when too little is left", () => {
    const without = offering(RECIPES.filter(({ id }) => id !== "bf16"));
    expect(recipesOfSet("4-bit", without, new Map())[0]).toBe("bnb-nf4");
    const few = offering(RECIPES.filter(({ id }) => ["bf16", "gguf-q8_0"].includes(id)));
    expect(() => recipesOfSet("4-bit", few, new Map())).toThrow(/fewer than two backends/);
    expect(() => recipesOfSet("slowest", all, new Map())).toThrow(/no such set/);
  });
});

describe("a comparison's renders", () => {
  it("start from one noise, drawn once where no seed is given", () => {
    const renders = toRenders({ prompt: "x", backends: ["bf16", "bnb-nf4", "gguf-q2_k"] }, all, new Map());
    expect(new Set(renders.map(({ noise }) => JSON.stringify(noise))).size).toBe(1);
    expect(renders.map(({ recipe: id }) => id)).toEqual(["bf16", "bnb-nf4", "gguf-q2_k"]);
  });

  it.each([
    [{ backends: ["bf16"] }, /2 to 6/],
    [{ backends: Array.from({ length: 7 }, (_, i) => RECIPES[i]?.id ?? "") }, /2 to 6/],
    [{ backends: ["bf16", "bnb-nf4", " BF16 "] }, /`bf16` is named twice/],
    [{ backends: ["bf16", "torchao-int4"] }, /It needs CUDA/],
    [{ backends: ["bf16", "bnb-nf4"], set: "4-bit" }, /not both/],
  ])("are refused for %j", (wish, sentence) => {
    expect(() => toRenders({ prompt: "x", ...wish }, all, new Map())).toThrow(sentence);
  });

  it("are refused with the reason when no worker is there", () => {
    const nobody = directoryOf([]);
    expect(() => toRenders({ prompt: "x", backends: ["a", "b"] }, nobody, new Map())).toThrow(
      /No GPU worker/,
    );
    expect(() => toRenders({ prompt: "x", backends: [], set: "4-bit" }, nobody, new Map())).toThrow(
      /No GPU worker/,
    );
  });
});

it("the menu of pairs has each pair once, within Discord's 25", () => {
  const pictures = Array.from({ length: 6 }, (_, render) => ({ render, label: "x".repeat(60) }));
  const [menu] = pairRow("compare-diff", "r1", pictures, [0, 1], "…").components;
  if (!menu || !("options" in menu)) throw new Error("the row is a menu");
  expect(menu.options).toHaveLength(15);
  expect(new Set(menu.options?.map((option) => "value" in option && option.value)).size).toBe(15);
});
