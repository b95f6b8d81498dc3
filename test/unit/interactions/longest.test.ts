/** Lists that grow with what moderators lay down, at their longest. */
import { expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import { listMessage } from "../../../src/interactions/preset.ts";
import { type PresetBook, presetSchema } from "../../../src/presets/preset.ts";
import { listKey, toSettings } from "../../../src/settings/settings.ts";
import { settingsText } from "../../../src/settings/view.ts";
import { languages } from "../../../src/texts/texts.ts";

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
