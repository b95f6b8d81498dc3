import { describe, expect, it } from "vitest";
import { type Directory, directoryOf } from "../../../src/backends/directory.ts";
import { applyPreset, type Circumstances, requireNoLock } from "../../../src/presets/apply.ts";
import { readFigures, writeFigures } from "../../../src/presets/figures.ts";
import { type Default, type Preset, presetSchema, SERVER } from "../../../src/presets/preset.ts";
import { shippedPreset } from "../../../src/presets/shipped.ts";
import { presence, recipe } from "../../support/presence.ts";

const RECIPES = [
  recipe("bf16", { bits: 16, family: "original" }),
  recipe("bnb-int8", { bits: 8, family: "bitsandbytes" }),
  recipe("torchao-int8", { bits: 8, family: "torchao" }),
  recipe("bnb-nf4", { bits: 4, family: "bitsandbytes" }),
];
const directory = directoryOf([presence({ recipes: RECIPES })]);
const preset = (value: Partial<Preset>): Preset =>
  presetSchema.parse({ backend: "bf16", bits: 16, ...value });

function here(
  change: Partial<Circumstances> & {
    presets?: Record<string, Preset>;
    defaults?: Record<string, Default>;
  } = {},
): Circumstances {
  const { presets = {}, defaults = {}, ...more } = change;
  const held = <T>(values: Record<string, T>) =>
    new Map(Object.entries(values).map(([key, value]) => [key, { value, revision: 1 }]));
  return {
    book: { presets: held(presets), defaults: held(defaults) },
    directory,
    paces: new Map(),
    place: { channelId: "1", parentId: undefined },
    free: false,
    ...more,
  };
}

describe("the shipped presets", () => {
  const paces = new Map([
    ["bf16", 2],
    ["bnb-int8", 5],
    ["torchao-int8", 3],
    ["bnb-nf4", 1.5],
  ]);
  const of = (name: "fast" | "balanced" | "original", offers: Directory, known = paces) =>
    shippedPreset(name, offers, known)?.backend;

  it("follow from what was measured and is offered", () => {
    expect(shippedPreset("fast", directory, paces)).toMatchObject({ backend: "bnb-nf4", steps: 10 });
    expect(of("balanced", directory)).toBe("torchao-int8");
    expect(of("original", directory)).toBe("bf16");
  });

  it("have a meaning when nothing was measured, or what they mean is not offered", () => {
    expect(of("fast", directory, new Map())).toBe("bf16");
    const quantized = directoryOf([presence({ recipes: RECIPES.filter(({ id }) => id.startsWith("bnb")) })]);
    expect(of("original", quantized)).toBe("bnb-int8");
    expect(of("balanced", directoryOf([]), paces)).toBeUndefined();
  });
});

describe("a preset", () => {
  it("whose figures the model does not take any more is used with the nearest, and each is told", () => {
    const presets = { old: preset({ steps: 200, size: "1024x1024", guidance: 30 }) };
    const { wish, use } = applyPreset({ prompt: "x", preset: "old" }, here({ presets }));
    expect(wish).toMatchObject({ steps: 50, size: "256x256", guidance: 6 });
    expect(use?.instead.map(({ setting, asked }) => [setting, asked])).toEqual([
      ["steps", "200"],
      ["size", "1024x1024"],
      ["guidance", "30"],
    ]);
  });

  it("whose backend is gone is rendered with the one of the nearest bits", () => {
    const presets = { gone: preset({ backend: "gguf-q4_1", bits: 5 }) };
    const { wish, use } = applyPreset({ prompt: "x", preset: "gone" }, here({ presets }));
    expect(wish.backend).toBe("bnb-nf4");
    expect(use?.instead).toEqual([{ setting: "backend", asked: "gguf-q4_1", used: "bnb-nf4" }]);
  });

  it("limits members, not moderators", () => {
    const presets = { small: preset({ limits: { steps: 10, images: 2 } }) };
    const wish = { prompt: "x", preset: "small", steps: 11 };
    expect(() => applyPreset(wish, here({ presets }))).toThrow(/at most 10/);
    expect(applyPreset(wish, here({ presets, free: true })).wish.steps).toBe(11);
  });
});

describe("a locked preset", () => {
  const presets = { fixed: preset({ backend: "bnb-nf4", bits: 4, steps: 12 }) };
  const locked = here({ presets, defaults: { [SERVER]: { preset: "fixed", locked: true } } });

  it("is not left by naming a backend, another preset, or by a button of a result made before", () => {
    for (const wish of [
      { backend: "bf16" },
      { preset: "fast" },
      { steps: 20 },
      { madeWith: "fast", steps: 9 },
    ])
      expect(() => applyPreset({ prompt: "x", ...wish }, locked)).toThrow(
        /have set the preset \*\*fixed\*\*/,
      );
    expect(applyPreset({ prompt: "x", backend: "bnb-nf4", steps: 12 }, locked).use?.name).toBe("fixed");
  });

  // Incident: under a lock of the whole server members were sent to another channel, and /compare's to leave out an
  // option that it does not have.
  it("says where it holds, and what can be done about it there", () => {
    const channel = here({ presets, defaults: { "1": { preset: "fixed", locked: true } } });
    const leave = (where: Circumstances) => () => applyPreset({ prompt: "x", steps: 20 }, where);
    expect(leave(channel)).toThrow(/for this channel. Leave `steps` out, or use another channel.$/);
    expect(leave(locked)).toThrow(/for the whole server. Leave `steps` out.$/);
    expect(() => requireNoLock(locked)).toThrow(/for the whole server. .*not possible here.$/);
    expect(() => requireNoLock(channel)).toThrow(
      /for this channel. .*not possible here. Use another channel.$/,
    );
  });

  it("is repeated as it is now, though the earlier result was made with other figures", () => {
    const again = { prompt: "x", madeWith: "fixed", backend: "bf16", steps: 30, seed: 5 };
    expect(applyPreset(again, locked).wish).toMatchObject({ backend: "bnb-nf4", steps: 12, seed: 5 });
  });
});

describe("the figures in the form", () => {
  it("are read as they are written, and as people write them", () => {
    const figures = { steps: 20, guidance: 3.5, images: 2, limits: { steps: 30, images: 4 } };
    expect(readFigures(writeFigures(figures))).toEqual(figures);
    expect(readFigures("Steps = 20\n\n max steps: 30 \nguidance: 3,5")).toEqual({
      steps: 20,
      guidance: 3.5,
      limits: { steps: 30 },
    });
    expect(readFigures("")).toEqual({ limits: {} });
  });

  // Incident: "steps: 2.5" needed "a number from 1 to 1000", which 2.5 is.
  it("are asked for as whole numbers where they are", () => {
    expect(() => readFigures("steps: 2.5")).toThrow(/needs a whole number from 1 to 1000/);
    expect(() => readFigures("guidance: 101")).toThrow(/needs a number from 0 to 100/);
  });

  it.each(["steps 20", "stops: 20", "steps: many", "images: 2.5", "steps: 0", "constructor: 1"])(
    "are refused with their line: %s",
    (line) => {
      expect(() => readFigures(`guidance: 2\n${line}`)).toThrow(line);
    },
  );
});
