import { describe, expect, it } from "vitest";
import type { RenderResult } from "../../../src/generation/request.ts";
import { quote, resultRows, statsText, waitingMessage } from "../../../src/generation/view.ts";
import { unitsOf } from "../../../src/texts/units.ts";
import { request } from "../../support/request.ts";

const result: RenderResult = {
  render: 0,
  versions: {},
  recipe: "bnb-nf4",
  images: [{ key: "k", width: 256, height: 256, bytes: 1 }],
  queueSeconds: 0.2,
  pngSeconds: 0.1,
  model: "tiny",
  workerId: "w",
  stats: {
    device: "cpu",
    deviceName: "Test CPU",
    seconds: { queue: 0, load: 1.5, encode: 0.1, denoise: 1, perStep: 0.05, decode: 0.1, total: 2 },
    memory: {
      measure: "process-rss",
      weightsBytes: 3 * 1024 ** 2,
      residentBytes: 2 ** 29,
      peakBytes: 2 ** 30,
    },
    textEncoder: "nf4",
    truncatedTokens: 3,
    warnings: [{ code: "torchao_cpu_int4", message: "A stand-in kernel ran." }],
  },
};

describe("a prompt on Discord", () => {
  it("formats nothing and mentions nobody", () => {
    const shown = quote("**bold** <@123> [x](http://y) `code`\n# title ||spoiler||");
    expect(shown).not.toMatch(/(^|[^\\])[*<`|[]/);
    expect(shown.split("\n")).toHaveLength(1);
  });

  it("fits a message at its longest, however much of it must be escaped", () => {
    const asked = request();
    const [render] = asked.renders;
    if (!render) throw new Error("a request has a render");
    render.prompt = "*".repeat(1000);
    expect(waitingMessage(asked, 12, 30, true).content.length).toBeLessThanOrEqual(2000);
    expect(`${quote(render.prompt)}\n${statsText(asked, result, "x".repeat(60))}`.length).toBeLessThanOrEqual(
      2000,
    );
  });

  it("cuts no character in half", () => {
    expect(quote("🎨".repeat(600))).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });
});

describe("stats", () => {
  const text = statsText(request({ recipe: "bnb-nf4" }), result, "bitsandbytes NF4");

  it("name each figure by how it was measured, and the device", () => {
    expect(text).toContain("transformer weights 3.00 MiB");
    expect(text).toContain("engine process (resident set) 512 MiB, 1.00 GiB peak");
    expect(text).toContain("Test CPU (cpu)");
  });

  it("tell seconds, wait, load, settings and seed", () => {
    // Loading was divided among the images: a backend's first four, of a second each, were said to take 8.6 s each.
    expect(text).toContain("0.50 s an image, 2.00 s in all · waited 0.20 s · loaded in 1.50 s");
    expect(text).toContain("1 image · 256×256 · 2 steps · guidance 3.5 · seed 1");
  });

  it("hide neither a cut prompt nor a stand-in kernel", () => {
    expect(text).toContain("3 tokens too long");
    expect(text).toContain("Int4OpaqueTensor");
    expect(text).toContain("read by T5 in nf4");
  });
});

describe("the menu of other backends", () => {
  it("stays within Discord's 25 options", () => {
    const others = Array.from({ length: 40 }, (_, i) => ({ id: `b${i}`, label: "x".repeat(200) }));
    const [, , menu] = resultRows(request(), true, others);
    const select = menu?.components[0];
    if (!select || !("options" in select)) throw new Error("the third row is the menu");
    expect(select.options).toHaveLength(25);
    expect(select.options?.every(({ label }) => label.length <= 100)).toBe(true);
  });
});

describe("figures", () => {
  const [english, german] = [unitsOf("en"), unitsOf("de")];

  it.each([
    [0, "0 B", "0 B"],
    [1023, "1023 B", "1023 B"],
    [6_029_312, "5.75 MiB", "5,75 MiB"],
    [33_770_000_000, "31.5 GiB", "31,5 GiB"],
  ])("%i bytes are %s, in German %s", (count, en, de) => {
    expect([english.bytes(count), german.bytes(count)]).toEqual([en, de]);
  });

  it.each([
    [0.374, "0.37 s", "0,37 s"],
    [12.34, "12.3 s", "12,3 s"],
    [125, "2 min 5 s", "2 min 5 s"],
    [59.97, "60.0 s", "60,0 s"],
  ])("%f seconds are %s, in German %s", (value, en, de) => {
    expect([english.seconds(value), german.seconds(value)]).toEqual([en, de]);
  });

  it.each([
    [0.2, "1 s"],
    [3.33, "3 s"],
    [47, "45 s"],
    [58, "1 min"],
    [86.4, "1 min"],
    [3599, "1 h"],
    [4900, "1 h 20 min"],
  ])("%f seconds that are estimated are about %s", (value, said) => {
    expect([english.roughly(value), german.roughly(value)]).toEqual([said, said]);
  });

  it("are shares with a space before the sign in German, which keeps them together", () => {
    expect([english.percent(0.125, 1), german.percent(0.125, 1)]).toEqual(["12.5%", "12,5\u00a0%"]);
  });

  it("are as they are where nothing is to be rounded", () => {
    expect([english.number(3.5), german.number(3.5), german.number(10_000)]).toEqual(["3.5", "3,5", "10000"]);
  });
});
