import { expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import { detailsOf } from "../../../src/generation/details.ts";
import { detailsMessage } from "../../../src/generation/detailsView.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { request } from "../../support/request.ts";

it("details name the preset that was used, in the text and in the file", () => {
  const asked = request({ preset: { name: "night", instead: [] } });
  const details = detailsOf({ request: asked, results: [] }, directoryOf([]), []);
  const { content, files = [] } = detailsMessage(textsFor("de"), details, undefined);
  expect(content).toMatch(/^Preset: night$/m);
  expect(JSON.parse(files[0]?.data.toString() ?? "")).toMatchObject({ preset: "night" });
});
