import { describe, expect, it } from "vitest";
import { directoryOf, matchBackends } from "../../../src/backends/directory.ts";
import { noiseOf, toRender } from "../../../src/generation/parse.ts";
import { Refusal } from "../../../src/refusal.ts";
import { presence, recipe } from "../../support/presence.ts";

const directory = directoryOf([presence()]);

describe("what a member typed becomes a render", () => {
  it("takes the model's defaults for whatever was left out", () => {
    const render = toRender({ prompt: "  a red star  " }, directory);
    expect(render).toMatchObject({
      prompt: "a red star",
      recipe: "bf16",
      width: 256,
      height: 256,
      steps: 20,
    });
    expect(render.guidance).toBe(3.5);
    expect(render.noise).toHaveLength(4);
  });

  it("prefers a loaded variant when no backend is named", () => {
    const loaded = directoryOf([presence({ resident: ["torchao-int8"] })]);
    expect(toRender({ prompt: "x" }, loaded).recipe).toBe("torchao-int8");
  });

  it("gives the images of one seed consecutive seeds, also at the end of the range", () => {
    expect(noiseOf(7, 3).map(([noise]) => noise?.seed)).toEqual([7, 8, 9]);
    expect(noiseOf(Number.MAX_SAFE_INTEGER, 4).map(([noise]) => noise?.seed)).toEqual([
      Number.MAX_SAFE_INTEGER,
      0,
      1,
      2,
    ]);
  });

  it.each([
    ["an empty prompt", { prompt: " \n " }, /prompt is empty/],
    ["a prompt longer than a message", { prompt: "x".repeat(1001) }, /longer than 1000 characters/],
    ["a backend nobody knows", { prompt: "x", backend: "nf5" }, /no backend `nf5`.*`bf16`, `torchao-int8`/],
    ["a backend that can't run here", { prompt: "x", backend: "torchao-fp8" }, /needs CUDA/],
    ["a size the model does not draw", { prompt: "x", size: "10x10" }, /Choose one of 256x256, 320x192/],
    ["too many steps", { prompt: "x", steps: 51 }, /from 1 to 50/],
    ["more images than a grid has", { prompt: "x", images: 5 }, /from 1 to 4/],
    ["a negative seed", { prompt: "x", seed: -1 }, /whole number from 0/],
    ["too much guidance", { prompt: "x", guidance: 9 }, /from 1 to 6/],
  ])("refuses %s and says what to do", (_name, wish, sentence) => {
    expect(() => toRender(wish, directory)).toThrow(sentence);
    expect(() => toRender(wish, directory)).toThrow(Refusal);
  });

  it("does not say that nobody is online where nobody can run anything", () => {
    // Incident: a worker whose budget no backend fitted was called absent.
    const none = presence();
    for (const engine of none.engines)
      engine.recipes = engine.recipes.map((report) => ({
        ...report,
        runnable: false,
        reason: { message: "It is too large." },
      }));
    expect(() => toRender({ prompt: "x" }, directoryOf([none]))).toThrow(
      /No backend can run on the GPU workers/,
    );
    expect(() => toRender({ prompt: "x", backend: "bf16" }, directoryOf([none]))).toThrow(/It is too large/);
  });

  it("lets nobody break out of the quotation of a wrong name", () => {
    expect(() => toRender({ prompt: "x", backend: "`@everyone`" }, directory)).toThrow(
      /no backend ` @everyone `/,
    );
  });

  // Incident: where a long one was cut, half an emoji was left.
  it.each(["🦊".repeat(80), `x${"🦊".repeat(80)}`])(
    "quotes whole characters of a wrong name: %s",
    (backend) => {
      const halved = /\p{Surrogate}/u;
      expect(() => toRender({ prompt: "x", backend }, directory)).toThrow(/🦊…` here/);
      expect(() => toRender({ prompt: "x", backend }, directory)).not.toThrow(halved);
    },
  );

  it("says why nothing can be rendered", () => {
    const engine = { ...presence().engines[0], recipes: [], pool: [], model: undefined };
    const failing = {
      ...presence(),
      engines: [{ ...engine, state: "failing", problem: "the disk is full" }],
    };
    expect(() => toRender({ prompt: "x" }, directoryOf([]))).toThrow(/No GPU worker is online/);
    expect(() => toRender({ prompt: "x" }, directoryOf([failing as never]))).toThrow(/the disk is full/);
  });
});

describe("autocomplete of backends", () => {
  it("ranks what is loaded first and finds by any word of the label", () => {
    const loaded = directoryOf([presence({ resident: ["torchao-int8"] })]);
    expect(matchBackends(loaded, "").map(({ report }) => report.id)).toEqual(["torchao-int8", "bf16"]);
    expect(matchBackends(loaded, "TORCH int8").map(({ report }) => report.id)).toEqual(["torchao-int8"]);
  });

  it("never offers more than Discord takes", () => {
    const many = presence({ recipes: Array.from({ length: 40 }, (_, i) => recipe(`gguf-q${i}`)) });
    expect(matchBackends(directoryOf([many]), "")).toHaveLength(25);
  });
});
