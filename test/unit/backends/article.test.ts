import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ARTICLE, ARTICLE_SETTING } from "../../../src/backends/article.ts";

const python = readFileSync(
  new URL("../../../gpu-worker/quantspot_worker/bench/article.py", import.meta.url),
  "utf8",
);

describe("the article's figures", () => {
  it("are the same here and in the benchmark", () => {
    const rows = [...python.matchAll(/"([\w-]+)": ArticleRow\(([\d., ]+)\)/g)].map(([, id, figures]) => {
      const [loadedGib, peakGib, seconds, compileSeconds] = (figures ?? "").split(",").map(Number);
      return [id, { loadedGib, peakGib, seconds, ...(compileSeconds && { compileSeconds }) }];
    });
    expect(rows).toHaveLength(19);
    expect(ARTICLE).toEqual(Object.fromEntries(rows));
  });

  it("were measured as the benchmark says", () => {
    const [, steps, width, height] = /^STEPS, WIDTH, HEIGHT.* = (\d+), (\d+), (\d+),/m.exec(python) ?? [];
    expect(ARTICLE_SETTING).toMatchObject({
      steps: Number(steps),
      width: Number(width),
      height: Number(height),
    });
  });
});
