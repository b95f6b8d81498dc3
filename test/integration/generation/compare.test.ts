/** What answers a comparison, at its largest and at its emptiest. */
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { directoryOf } from "../../../src/backends/directory.ts";
import { kinds } from "../../../src/generation/kinds.ts";
import { noiseOf } from "../../../src/generation/parse.ts";
import type { RenderResult, Request } from "../../../src/generation/request.ts";
import type { RenderOutcome } from "../../../src/queue/deliveries.ts";
import { QuizJobs } from "../../../src/queue/quizJobs.ts";
import { putImage } from "../../../src/store/images.ts";
import { keys } from "../../../src/store/keys.ts";
import { connectFailingFast } from "../../../src/store/redis.ts";
import { presence, recipe } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";
import { request } from "../../support/request.ts";

const IDS = ["bf16", "b", "c", "d", "e", "f"];
const directory = directoryOf([
  presence({ recipes: IDS.map((id) => recipe(id, { label: `${id} ${"long name ".repeat(5)}` })) }),
]);
const { redis } = await fileRedis(connectFailingFast);
const quizJobs = new QuizJobs(redis);
afterAll(() => quizJobs.stop());

function comparison(prompt: string): Request {
  const render = { prompt, width: 64, height: 64, steps: 2, guidance: 3.5, noise: noiseOf(1, 1) };
  return request({ kind: "compare", renders: IDS.map((id) => ({ recipe: id, ...render })) });
}

async function rendered({ id, renders }: Request, render: number): Promise<RenderOutcome> {
  const key = keys.image(id, render, 0);
  const background = { r: 40 * render, g: 9, b: 9 };
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
  await putImage(redis, key, png, 2 ** 30);
  const result: RenderResult = {
    render,
    recipe: renders[render]?.recipe ?? "",
    images: [{ key, width: 64, height: 64, bytes: png.length }],
    model: "tiny",
    versions: {},
    queueSeconds: 1,
    pngSeconds: 0.1,
    workerId: "w",
    stats: {
      device: "cuda:0",
      deviceName: "A GPU with a name",
      seconds: { queue: 0, encode: 1, denoise: 100, perStep: 1, decode: 1, total: 130 },
      memory: {
        measure: render % 2 ? "process-rss" : "cuda-allocated",
        weightsBytes: 2 ** 34,
        residentBytes: 2 ** 35,
        peakBytes: 2 ** 36,
      },
      textEncoder: "bf16",
      truncatedTokens: 12,
      warnings: [{ message: `Something runs, ${"something long ".repeat(12)}` }],
    },
  };
  return { ended: "rendered", result };
}

const failed: RenderOutcome = {
  ended: "failed",
  reason: { message: `It did not work, because ${"of this ".repeat(60)}` },
};
const answer = (asked: Request, outcomes: RenderOutcome[], cancelledBy?: string) =>
  kinds.compare.answer({ redis, directory, quizJobs }, asked, outcomes, cancelledBy);
const LONG = "*a_long `prompt` ".repeat(58);

describe("the answer to a comparison", () => {
  it.each([6, 3, 1, 0])(
    "fits a message with %i of six rendered, however long everything is",
    async (count) => {
      const asked = comparison(LONG);
      const outcomes = await Promise.all(
        IDS.map((_, index) => (index < count ? rendered(asked, index) : failed)),
      );
      const { content, files = [] } = await answer(asked, outcomes);
      expect(content.length).toBeLessThanOrEqual(2000);
      expect(content.match(/```/g) ?? []).toHaveLength(count > 0 ? 2 : 0);
      expect(content).toContain("> \\*a\\_long");
      expect(content.match(/It did not work/g) ?? []).toHaveLength(6 - count);
      expect(files).toHaveLength(count > 0 ? 1 : 0);
    },
  );

  it("holds the rest against the first that was rendered, and names it", async () => {
    const asked = comparison("x");
    const outcomes = [failed, ...(await Promise.all([1, 2].map((index) => rendered(asked, index))))];
    const { content, components } = await answer(asked, outcomes);
    expect(content).toMatch(/the difference to 2 · b/);
    expect(JSON.stringify(components)).toContain("compare-diff");
    const alone = await answer(asked, [failed, failed, await rendered(asked, 2)]);
    expect(JSON.stringify(alone.components)).not.toContain("compare-diff");
  });

  it("shows what is left when a picture has left the store, and names that", async () => {
    const asked = comparison("x");
    const outcomes = await Promise.all([0, 1, 2].map((index) => rendered(asked, index)));
    await redis.del(keys.image(asked.id, 1, 0));
    const { content, files } = await answer(asked, outcomes);
    expect(content).toMatch(/Comparison of 2 backends/);
    expect(content).toMatch(/2 · b .*Its image is no longer stored/);
    expect(files).toHaveLength(1);
  });
});
