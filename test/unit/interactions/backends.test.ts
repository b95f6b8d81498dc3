import { expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import type { Wanted } from "../../../src/backends/listing.ts";
import { listLayout } from "../../../src/interactions/backends.ts";
import { languages } from "../../../src/texts/texts.ts";
import { presence, recipe } from "../../support/presence.ts";

const NOTHING = { setting: undefined, figures: new Map() };
const ALL: Wanted = { family: undefined, bits: undefined, state: undefined, sort: undefined };
const said = (workers: Parameters<typeof directoryOf>[0], wanted = ALL) =>
  JSON.stringify(listLayout(languages.en, directoryOf(workers), NOTHING, wanted, 0));

// Incident: with no worker online and nothing asked for, the list said to leave out an option.
it("a list with nothing in it says why", () => {
  expect(said([])).toContain("No GPU worker is online");
  const refused = recipe("torchao-fp8", { runnable: false, reason: { message: "It needs CUDA." } });
  expect(said([presence({ recipes: [refused] })])).toContain("torchao-fp8");
  expect(said([presence()], { ...ALL, family: "gguf" })).toContain("Leave out an option");
});
