import { expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import { rests } from "../../../src/generation/place.ts";
import type { Standing } from "../../../src/queue/standing.ts";
import { presence, recipe } from "../../support/presence.ts";
import { request } from "../../support/request.ts";

// Incident: one backend's last worker left, and a comparison said that it waits while its other backend rendered.
it.each<[Standing, Standing, boolean]>([
  ["running", "waiting", false],
  ["running", "running", false],
  ["rendered", "waiting", true],
  ["rendered", "running", true],
  ["waiting", "rendered", false],
])("with %s of what is offered and %s of what no worker offers, a request rests: %s", (here, gone, is) => {
  const renders = ["here", "gone"].flatMap((id) => request({ recipe: id }).renders);
  const directory = directoryOf([presence({ recipes: [recipe("here")] })]);
  expect(rests(directory, renders, [here, gone])).toBe(is);
});
