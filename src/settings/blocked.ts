/**
 * Blocked words and patterns, found in a prompt however it is spelled. What a moderator can enter:
 *
 * - `bomb`        the word, also as ＢＯＭＢ, bоmb with a Cyrillic о, b0mb, b-o m.b or boooomb, but not in bombastic;
 * - `toy bomb`    several words in this order;
 * - `bomb*`       with `*` for any letters and digits;
 * - `/b[ou]mb/`   a regular expression in RE2's syntax, sought anywhere.
 *
 * Patterns are run by RE2, which has no backtracking: its time grows with the prompt's length only.
 */
import { resolveConfusablesTransformer, resolveLeetSpeakTransformer } from "obscenity";
import { RE2JS } from "re2js";

/** Finds the first blocked entry that a prompt breaks. */
export type Finder = (prompt: string) => string | undefined;

export const MAX_BLOCKED = 300;
export const MAX_BLOCKED_LENGTH = 100;
/** Words are looked up; each pattern is a scan of its own. */
export const MAX_BLOCKED_PATTERNS = 30;

const confusables = resolveConfusablesTransformer();
const leet = resolveLeetSpeakTransformer();

const isExpression = (entry: string) => entry.length > 2 && entry.startsWith("/") && entry.endsWith("/");
/** Whether it is more than words. */
export const isPattern = (entry: string) => isExpression(entry) || entry.includes("*");

/** An entry as it is kept: without what makes no difference. */
export function normalEntry(entry: string): string {
  const text = entry.trim().replace(/\s+/g, " ");
  return isExpression(text) ? text : text.toLowerCase();
}

/** Why a normal entry can't be used: nothing to find in it, or what RE2 says; undefined when it can. */
export function problemOf(entry: string): "empty" | { expression: string } | undefined {
  if (!isExpression(entry)) return toWords(entry) === "" ? "empty" : undefined;
  try {
    RE2JS.compile(entry.slice(1, -1)); // as it was typed, so that the problem is told in its own words
    patternOf(entry);
    return undefined;
  } catch (error) {
    return { expression: error instanceof Error ? error.message : String(error) };
  }
}

export function finderOf(entries: readonly string[]): Finder {
  const patterns = entries.filter(isPattern).map((entry) => ({ entry, pattern: patternOf(entry) }));
  const words = new Map(
    entries.filter((entry) => !isPattern(entry)).map((entry) => [compact(plainLetters(entry)), entry]),
  );
  const longest = Math.max(0, ...[...words.keys()].map((word) => word.length));
  return (prompt) => {
    for (const text of spellingsOf(prompt)) {
      const spaced = toWords(text);
      const found = patterns.find(({ entry, pattern }) =>
        pattern.matcher(isExpression(entry) ? text : ` ${spaced} `).find(),
      );
      const entry = found?.entry ?? wordIn(spaced.split(" "), words, longest);
      if (entry !== undefined) return entry;
    }
    return undefined;
  };
}

/** A word may be spread over several parts: every run of parts that is short enough is looked up. */
function wordIn(
  parts: readonly string[],
  words: ReadonlyMap<string, string>,
  longest: number,
): string | undefined {
  for (let from = 0; from < parts.length; from++) {
    let run = "";
    for (let to = from; to < parts.length && run.length < longest; to++) {
      run += parts[to];
      const entry = words.get(run);
      if (entry !== undefined) return entry;
    }
  }
  return undefined;
}

/** @throws RE2JSSyntaxException for an expression that is none */
function patternOf(entry: string): RE2JS {
  if (isExpression(entry)) return RE2JS.compile(entry.slice(1, -1), RE2JS.CASE_INSENSITIVE);
  const parts = plainLetters(entry)
    .split("*")
    .map((part) => [...compact(part)].map((letter) => RE2JS.quote(letter)).join(" ?"));
  return RE2JS.compile(` ${parts.join("[^ ]*")} `);
}

/** What a prompt may mean: without disguise; with signs read as letters; with drawn-out letters as one or as two. */
function spellingsOf(prompt: string): Set<string> {
  const plain = plainLetters(prompt);
  const drawnOut = /(\p{L})\1{2,}/gu;
  return new Set(
    [plain, withLeet(plain)].flatMap((text) => [
      text,
      text.replace(drawnOut, "$1"),
      text.replace(drawnOut, "$1$1"),
    ]),
  );
}

/** Lower case, without accents, look-alikes and invisible characters. */
function plainLetters(text: string): string {
  // Lower case before as well: large and small letters of one script can look like different ones of another.
  const bare = text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase();
  return through(confusables, bare).toLowerCase();
}

/** Digits and signs that stand for letters, in words that have letters too: b0mb, but not 1950. */
const withLeet = (text: string) =>
  text.replace(/\S+/g, (word) => (/\p{L}/u.test(word) ? through(leet, word) : word));

function through({ transform }: typeof confusables, text: string): string {
  return [...text]
    .map((character) => {
      const mapped = transform(character.codePointAt(0) ?? 0);
      return mapped === undefined ? "" : String.fromCodePoint(mapped);
    })
    .join("");
}

/** Letters and digits, one space between what was separated by anything else. */
const toWords = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, " ").trim();

const compact = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, "");
