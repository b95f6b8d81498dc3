import { describe, expect, it } from "vitest";
import { languages } from "../../../src/texts/texts.ts";
import { samples } from "../../support/textSamples.ts";

type Say = (...given: unknown[]) => string;
type Said = string | Say | readonly string[] | { [key: string]: Said };

/** Every sentence of a language by its whole key: "rules.names.language". */
function* sentences(said: Said, path: string[] = []): Generator<[path: string, said: string | Say]> {
  if (typeof said === "string" || typeof said === "function") yield [path.join("."), said];
  else for (const [key, inner] of Object.entries(said)) yield* sentences(inner as Said, [...path, key]);
}

const english = new Map(sentences(languages.en as unknown as Said));
const others = Object.entries(languages)
  .filter(([language]) => language !== "en")
  .map(([language, said]) => [language, new Map(sentences(said as unknown as Said))] as const);

function samplesOf(path: string): unknown[][] {
  const steps = path.split(".");
  const found = steps.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
    samples,
  );
  if (!Array.isArray(found)) throw new Error(`textSamples.ts has no arguments for ${path}`);
  return found;
}

/** What a sentence comes out as for each of its samples; as it is if it takes no arguments. */
const outcomes = (path: string, said: string | Say): string[] =>
  typeof said === "string" ? [said] : samplesOf(path).map((given) => said(...given));

/** Sentences without a word of a language in them, or with words that are the same in both. */
const SAME = new Set([
  "backends.buttonDetails",
  "backends.showHeading",
  "backends.guideHardware",
  "backends.historyGroup",
  "backends.rank",
  "compare.heads.0",
  "compare.heads.4",
  "compare.heads.5",
  "details.guidance",
  "details.measures.cuda-allocated",
  "details.size",
  "history.change",
  "presets.figures",
  "presets.formBackend",
  "presets.listed",
  "queue.cancelChoice",
  "queue.cancelChoiceOf",
  "queue.row",
  "units.roughly",
  "refused",
  "compare.backend",
  "compare.failedBackend",
  "rounds.heads.0",
  "rounds.heads.1",
  "rounds.vote",
  "rules.blockedEntry",
  "rules.singleChanged",
]);

/** What people type in the language's own words. */
const TYPED: Record<string, string> = {
  "30 minutes": "30 Minuten",
  "2 hours": "2 Stunden",
  "1 day": "1 Tag",
  "12 votes": "12 Stimmen",
  "/backends guide for:least memory": "/backends guide for:wenig Speicher",
  "/backends guide for:fastest": "/backends guide for:am schnellsten",
  "/backends guide for:closest to the original": "/backends guide for:am nächsten am Original",
};

/** Mentions and times, code, addresses, and numbers whatever their decimal sign; a lone 1 may be 'a' or 'one'. */
function figures(text: string): string[] {
  const marks = text.match(/<[@#t][^>]*>|`[^`]*`|https?:[^\s)>]*/g) ?? [];
  const numbers = text.replace(/<[@#t][^>]*>|`[^`]*`/g, " ").match(/\d+(?:[.,]\d+)?/g) ?? [];
  const typed = marks.map((mark) => (TYPED[mark.slice(1, -1)] ? `\`${TYPED[mark.slice(1, -1)]}\`` : mark));
  return [
    ...new Set([...typed, ...numbers.map((number) => number.replace(",", ".")).filter((n) => n !== "1")]),
  ];
}

const ENGLISH_WORDS = /\b(the|of|and|is|are|has|have|your|this|that|with|not|there|which|it|for|no|yes)\b/i;
const withoutCode = (text: string) => text.replace(/```[\s\S]*?```|`[^`]*`/g, " ");

function complaints(path: string, english: string, translated: string): string[] {
  const beginning = (text: string) => text.match(/^(-# |## |- |\p{Extended_Pictographic})/u)?.[0];
  const [wanted, found] = [figures(english), figures(translated)];
  const isSame = translated === english && !SAME.has(path) && !path.startsWith("units.");
  return [
    ...wanted.filter((figure) => !found.includes(figure)).map((figure) => `lost ${figure}`),
    ...found.filter((figure) => !wanted.includes(figure)).map((figure) => `made up ${figure}`),
    ...(/undefined|NaN|\[object/.test(english + translated) ? ["an argument is not said"] : []),
    ...(beginning(english) === beginning(translated) ? [] : ["another mark at the beginning"]),
    ...(english.split("**").length === translated.split("**").length ? [] : ["other words are bold"]),
    ...(isSame ? ["is English"] : []),
    ...(withoutCode(translated).match(ENGLISH_WORDS) ?? []).slice(0, 1).map((word) => `says '${word}'`),
  ];
}

describe.each(others)("every sentence in %s", (_, said) => {
  it("is there, with the arguments of the English one", () => {
    const shape = (sayings: Map<string, string | Say>) =>
      [...sayings].map(([path, one]) => `${path}(${typeof one === "function" ? one.length : ""})`).sort();
    expect(shape(said)).toEqual(shape(english));
  });

  it("says the same of the same, in words of its own", () => {
    const wrong = [...english].flatMap(([path, one]) => {
      const there = outcomes(path, said.get(path) ?? "");
      return outcomes(path, one).flatMap((here, index) =>
        complaints(path, here, there[index] ?? "").map((what) => `${path}: ${what}`),
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe.each(Object.entries(languages))("what Discord limits, in %s,", (_, texts) => {
  const said = [...sentences(texts as unknown as Said)];
  const longest = (keys: RegExp) =>
    said
      .filter(([path]) => keys.test(path))
      .flatMap(([path, one]) => outcomes(path, one).map((text) => [text.length, path, text] as const))
      .sort(([a], [b]) => b - a)[0];

  it.each([
    ["buttons", 80, /(^|\.)button[A-Z]|^paging\.(previous|next)$|^queue\.refresh$/],
    ["what stands in a menu before a choice", 150, /(^|\.)select[A-Z]|^compare\.choosePair$/],
    [
      "choices of a menu",
      100,
      /^variation\.|^stats\.charts\.|^backends\.choice$|^presets\.form(NotOffered|ModelSize)$/,
    ],
    [
      "titles and labels of forms",
      45,
      /FormTitle$|FormLabel$|^presets\.form(Title|Backend|Size|Figures|Why)$/,
    ],
    ["explanations in forms", 100, /FormHint$|^presets\.formFiguresHelp$/],
    ["texts for those who can't see a picture", 1024, /(^|\.)alt([A-Z]|$)|Alt$/],
  ])("%s fit into %i characters", (_what, most, keys) => {
    const [length = 0, path, text] = longest(keys) ?? [];
    expect(path, "no such key").toBeDefined();
    expect(length, `${path}: ${text}`).toBeLessThanOrEqual(most);
  });
});
