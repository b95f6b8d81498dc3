/** From SVG to PNG, and text that is safe inside SVG. */
import { renderAsync } from "@resvg/resvg-js";
import { FONT_FAMILY, FONT_FILES } from "./font.ts";

/** Control characters and halves of surrogate pairs, none of which XML 1.0 has, not even escaped (its section 2.2). */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** What of a text XML can hold at all. */
export const drawable = (text: string): string => text.replace(NOT_XML, "");

/** Any text, fit to stand in an SVG's text or in a quoted attribute. */
export const escapeXml = (text: string): string =>
  drawable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

/**
 * @param svg a whole document with width and height; its text is drawn in the project's font alone
 * @param scale pixels for each unit of the SVG
 */
export async function svgToPng(svg: string, scale = 1): Promise<Buffer> {
  const image = await renderAsync(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: FONT_FAMILY },
  });
  return image.asPng();
}
