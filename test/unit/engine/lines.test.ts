import { expect, it } from "vitest";
import { LineSplitter } from "../../../src/engine/lines.ts";

function split(chunks: Buffer[], maxBytes = 1000): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), maxBytes);
  for (const chunk of chunks) splitter.push(chunk);
  return lines;
}

it("splits at line ends alone, wherever the chunks end", () => {
  const text = Buffer.from('{"a":"ü\u2028b"}\n\n{"c":1}\r\nrest');
  const expected = ['{"a":"ü\u2028b"}', '{"c":1}\r'];
  expect(split([text])).toEqual(expected);
  expect(split(Array.from(text, (byte) => Buffer.from([byte])))).toEqual(expected);
});

it("hands out an endless line in pieces instead of keeping it", () => {
  expect(split([Buffer.alloc(600, "x"), Buffer.alloc(600, "x")])).toEqual(["x".repeat(1200)]);
});
