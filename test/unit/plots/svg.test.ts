import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { FONT_FAMILY } from "../../../src/plots/font.ts";
import { escapeXml, svgToPng } from "../../../src/plots/svg.ts";

const picture = (text: string, attributes = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60"><rect width="300" height="60" fill="white"/>
  <text x="10" y="40" font-family="${FONT_FAMILY}" font-size="24" ${attributes}>${text}</text></svg>`;

/** The share of the picture that is not white. */
async function ink(svg: string): Promise<number> {
  const { channels } = await sharp(await svgToPng(svg))
    .flatten()
    .greyscale()
    .stats();
  return 1 - (channels[0]?.mean ?? 255) / 255;
}

describe("text in pictures", () => {
  test("is drawn in the bundled font, in its two weights", async () => {
    const [empty, regular, bold] = [
      await ink(picture("")),
      await ink(picture("torchao-int8 12,3 GiB")),
      await ink(picture("torchao-int8 12,3 GiB", 'font-weight="600"')),
    ];
    expect(empty).toBe(0);
    expect(regular).toBeGreaterThan(0.02);
    expect(bold).toBeGreaterThan(regular);
  });

  test("can't break out of the SVG, whatever it says", async () => {
    const nasty = `</text><rect width="300" height="60"/>&amp;"'<!-- ]]> \u0000\u0008\uFFFF \uD800 x`;
    expect(await ink(picture(escapeXml(nasty)))).toBeLessThan(0.2);
    expect(await ink(picture(escapeXml("")))).toBe(0);
  });

  test("a picture has the size of the SVG times the scale", async () => {
    const { width, height } = await sharp(await svgToPng(picture("x"), 2)).metadata();
    expect([width, height]).toEqual([600, 120]);
  });
});
