/** However much there is to say, a round's message holds what it must: the rule, the promise, and how to check it. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import type { Progress } from "../../../src/generation/request.ts";
import { openingText, quizKind } from "../../../src/quiz/kind.ts";
import { revealMessage } from "../../../src/quiz/reveal.ts";
import { drawRound, NOTHING_ASKED, toRequest } from "../../../src/quiz/round.ts";
import type { StoredRound } from "../../../src/store/quiz/rounds.ts";
import { languages } from "../../../src/texts/texts.ts";
import { plan } from "../../support/plan.ts";

const LONG = "*a_long `prompt` ".repeat(58);
const backends = Array.from({ length: 25 }, (_, index) => `backend-of-a-long-name-${index}`);

function stored(change: Parameters<typeof plan>[0]): { of: ReturnType<typeof plan>; round: StoredRound } {
  const of = plan({ backends, prompts: [LONG], ...change });
  const round = drawRound(of, "r1573622119953072128-1000", 1, NOTHING_ASKED);
  const figure = {
    ...{ label: "bitsandbytes of a long name, offloaded", weightsBytes: 2 ** 34, peakBytes: 2 ** 36 },
    ...{ measure: "process-rss" as const, seconds: 1234.5, device: "NVIDIA H200 of a long name (cuda:0)" },
  };
  const figures = round.renders.map(() => figure);
  const times = { openedAt: 1, closesAt: 1_795_251_225_000, closedAt: undefined };
  return { of, round: { round, state: "open", ...times, figures, messageId: undefined } };
}

describe.each(Object.entries(languages))("a round's messages in %s", (_, t) => {
  it.each([
    ["of two pictures", { closing: { minutes: 60 }, shamPercent: 10, members: 12_345 }],
    ["of four pictures", { mode: "find-original" as const, options: 4 }],
  ])("%s fit Discord's 2,000 characters with everything that matters", (_of, change) => {
    const { of, round } = stored(change);
    const opening = openingText(t, of, round);
    expect(opening.length).toBeLessThanOrEqual(2000);
    expect(opening).toContain(round.round.hash);
    expect(opening).toContain("> \\*a\\_long");
    const { content } = revealMessage(t, round, []);
    expect(content.length).toBeLessThanOrEqual(2000);
    const text = /printf %s '(.*)' \| sha256sum/.exec(content)?.[1] ?? "";
    expect(createHash("sha256").update(text).digest("hex")).toBe(round.round.hash);
  });
});

describe("a round that is drawn", () => {
  it("says the same whatever is rendered and however far it is", () => {
    const of = plan({ prompts: ["a fox"] });
    const sham = plan({ prompts: ["a fox"], shamPercent: 100 });
    const step: Progress = {
      ...{ requestId: "r100", render: 1, recipe: "nf4", phase: "rendering" },
      ...{ image: 0, images: 1, step: 3, steps: 4, at: 0 },
    };
    const shown = [of, sham].flatMap((study) => {
      const request = toRequest(study, drawRound(study, "r100", 1, NOTHING_ASKED));
      const running = {
        request,
        directory: directoryOf([]),
        notify: false,
        preview: Buffer.from("a look at it"),
      };
      return [
        quizKind.progress({ ...running, progress: new Map(), standings: ["waiting", "waiting"] }),
        quizKind.progress({ ...running, progress: new Map([[1, step]]), standings: ["rendered", "running"] }),
      ];
    });
    for (const message of shown) expect(message).toEqual(shown[0]);
    expect(shown[0]?.files).toBeUndefined();
    // It showed the source of the function that makes the sentence.
    expect(shown[0]?.content).toMatch(/^🎲 \*\*Round 1 is being drawn\*\*/);
  });
});
