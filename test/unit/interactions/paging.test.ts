import { describe, expect, it } from "vitest";
import { linePages, pageOf, pageRow } from "../../../src/interactions/paging.ts";
import { textsFor } from "../../../src/texts/texts.ts";

const list = Array.from({ length: 12 }, (_, i) => i);

describe("a page of a long list", () => {
  it("is the one asked for, or the nearest there is, whatever a custom id says", () => {
    expect(pageOf(list, 1, 5)).toMatchObject({ items: [5, 6, 7, 8, 9], index: 1, count: 3, before: 5 });
    expect(pageOf(list, 99, 5)).toMatchObject({ items: [10, 11], index: 2 });
    for (const nonsense of [-1, Number.NaN, Number.NEGATIVE_INFINITY, 0.4])
      expect(pageOf(list, nonsense, 5).index).toBe(0);
    expect(pageOf([], 3, 5)).toMatchObject({ items: [], index: 0, count: 1 });
  });

  it("has buttons that lead to its neighbours, with ids of their own, and none where there is but one page", () => {
    const t = textsFor("en-US");
    const [row] = pageRow(t, pageOf(list, 0, 5), "x-page", ["any"]);
    const buttons = row?.components as unknown as { custom_id: string; disabled: boolean }[];
    expect(buttons.map(({ disabled }) => disabled)).toEqual([true, true, false]);
    expect(buttons[2]?.custom_id).toBe("x-page:any:1");
    expect(new Set(buttons.map(({ custom_id }) => custom_id)).size).toBe(3);
    expect(pageRow(t, pageOf(list, 0, 50), "x-page")).toEqual([]);
  });
});

// The guide to backends with long names was cut by Discord's limit.
it("lines become pages that each fit a message, with none lost and none divided", () => {
  const lines = Array.from({ length: 90 }, (_, i) => (i % 10 ? `${i} ${"long ".repeat(i)}` : ""));
  const pages = linePages(lines);
  expect(pages.length).toBeGreaterThan(3);
  for (const page of pages) expect(page.length).toBeLessThanOrEqual(2000);
  const shown = pages.flatMap((page) => page.split("\n").map((line) => line.trim()));
  expect(shown.filter(Boolean)).toEqual(lines.filter(Boolean).map((line) => line.trim()));
  expect(linePages(["a", "", "b"])).toEqual(["a\n\nb"]);
});
