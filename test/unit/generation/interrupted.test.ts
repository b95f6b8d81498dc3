import { expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import type { Progress } from "../../../src/generation/request.ts";
import { generateProgress } from "../../../src/generation/result.ts";
import type { Standing } from "../../../src/queue/standing.ts";
import { presence } from "../../support/presence.ts";
import { request } from "../../support/request.ts";

// Incident: when the engine died at step 39, the message stood there as if it still rendered, with the dead one's picture.
it("a render that is back in the queue is said to be interrupted, without what the last attempt drew", () => {
  const asked = request();
  const last: Progress = {
    ...{ requestId: asked.id, render: 0, recipe: "bf16", phase: "rendering", at: 1 },
    ...{ image: 0, images: 4, step: 39, steps: 50 },
  };
  const shown = (standing: Standing) =>
    generateProgress({
      ...{ request: asked, progress: new Map([[0, last]]), standings: [standing], notify: false },
      ...{ directory: directoryOf([presence()]), preview: Buffer.from("a look at it") },
    });
  expect(shown("running").content).toContain("step 39 of 50");
  expect(shown("running").files).toHaveLength(1);
  expect(shown("waiting").content).toMatch(/^🔁 \*\*Interrupted\*\* · the image engine stopped/);
  expect(shown("waiting").files).toBeUndefined();
});
