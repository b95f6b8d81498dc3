/** Lists that grow with what moderators lay down, at their longest. */
import { expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import { listLayout } from "../../../src/interactions/backends.ts";
import { listMessage } from "../../../src/interactions/preset.ts";
import { type PresetBook, presetSchema } from "../../../src/presets/preset.ts";
import { messageComponentIssues } from "../../../src/sandbox/rules/components.ts";
import { listKey, toSettings } from "../../../src/settings/settings.ts";
import { settingsText } from "../../../src/settings/view.ts";
import { languages } from "../../../src/texts/texts.ts";
import { presence, recipe } from "../../support/presence.ts";

const CONTENT = 2000;
const numbers = Array.from({ length: 60 }, (_, index) => index + 10);
const ids = numbers.map((number) => `12345678901234567${number}`);
const held = <T>(value: T) => ({ value, revision: 1 });

// Both were cut by Discord's limit: the defaults of many long presets, and the last settings below many roles' limits.
it.each(Object.entries(languages))("fit a message in %s", (_, t) => {
  const preset = presetSchema.parse({
    ...{ backend: "b".repeat(40), bits: 16, steps: 1000, size: "1024x1024", guidance: 99.9, images: 4 },
    limits: { steps: 1000, images: 4 },
  });
  const names = numbers.map((number) => `${"n".repeat(30)}${number}`);
  const book: PresetBook = {
    presets: new Map(names.map((name) => [name, held(preset)])),
    defaults: new Map(ids.map((id, index) => [id, held({ preset: names[index] ?? "", locked: true })])),
  };
  const page = listMessage(t, { book, directory: directoryOf([]), paces: new Map() }, 2);
  expect(page.content).toContain(ids[0]);
  expect(page.content.length).toBeLessThanOrEqual(CONTENT);

  const single = { ageRestrictedOnly: true, maxSteps: 100, maxSize: "1024x1024", privateAllowed: false };
  const settings = toSettings(
    new Map([
      ...Object.entries({ ...single, quizRole: ids[0], language: "de" }).map(
        ([key, value]) => [key, held<unknown>(value)] as const,
      ),
      ...ids.map((id) => [listKey("channel", id), held<unknown>(true)] as const),
      ...ids.map((id) => {
        const limits = { perMinute: 1000, waiting: 1000, gpuSeconds: 86_400 };
        return [listKey("limits", id), held<unknown>(limits)] as const;
      }),
    ]),
  );
  expect(settingsText(t, settings).length).toBeLessThanOrEqual(CONTENT);
});

it.each(Object.entries(languages))("backends fit a card in %s", (_, t) => {
  const label = "L".repeat(60);
  const known = numbers.map((number) => recipe(`${"i".repeat(38)}${number}`, { label, bits: 4.53125 }));
  const refused = numbers.map((number) => recipe(`${"r".repeat(38)}${number}`, { runnable: false }));
  const directory = directoryOf([presence({ recipes: [...known, ...refused] })]);
  for (const backend of directory.offered) backend.weightsBytes = 123 * 2 ** 30;
  const setting = { model: "m", deviceName: "D".repeat(60), width: 1024, height: 1024, steps: 50 };
  const seconds = { median: 3599, min: 3598, max: 3600 };
  const figures = new Map(known.map(({ id }) => [id, { seconds, jobs: 100 }] as const));
  const { layout } = listLayout(t, directory, { setting, figures }, {}, 2);
  expect(JSON.stringify(layout)).toContain(known[20]?.id);
  expect(messageComponentIssues(layout, true)).toEqual([]);
});
