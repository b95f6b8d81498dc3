import { describe, expect, it } from "vitest";
import { finderOf, normalEntry, problemOf } from "../../../src/settings/blocked.ts";

describe("a blocked word", () => {
  it.each([
    "a bomb",
    "BOMB!",
    "(bomb)",
    "ＢＯＭＢ",
    "a bоmb with a Cyrillic o",
    "𝓫𝓸𝓶𝓫",
    "b0mb",
    "b o m b",
    "b-o.m_b",
    "bo mb",
    "b\u200bo\u200bmb",
    "bómb̈",
    "booooomb",
    "a-bomb",
    "bomb's",
  ])("is found in %s", (prompt) => {
    expect(finderOf(["bomb"])(prompt)).toBe("bomb");
  });

  it.each(["bombastic", "carbomb2", "the bo of mb", "a bob", "climb", "50 0 rooms", "tombola"])(
    "is not found in %s",
    (prompt) => {
      expect(finderOf(["bomb"])(prompt)).toBeUndefined();
    },
  );

  it("is no word that is only like it: numbers are not spelled, doubled letters differ", () => {
    expect(finderOf(["ass"])("built in 455, seen in glass")).toBeUndefined();
    expect(finderOf(["ass"])("a55")).toBe("ass");
    expect(finderOf(["boob"])("bob")).toBeUndefined();
    expect(finderOf(["bob"])("boob")).toBeUndefined();
  });

  it("may have wildcards, be several words, and be of any script", () => {
    const find = finderOf(["bomb*", "toy gun", "оружие", "爆弾", "über*"]);
    expect(find("bombing")).toBe("bomb*");
    expect(find("a carbomb")).toBeUndefined();
    expect(find("a TOY-gun")).toBe("toy gun");
    expect(find("a gun toy")).toBeUndefined();
    expect(find("моё ОРУЖИЕ")).toBe("оружие");
    expect(find("uberfall")).toBe("über*");
  });

  it("is found in a look-alike prompt by an expression too", () => {
    const find = finderOf(["/b[ou]mb(er|s)?\\b/"]);
    expect(find("two B0MBERs")).toBeUndefined();
    expect(find("two bоmbs")).toBe("/b[ou]mb(er|s)?\\b/");
    expect(find("a bumber")).toBe("/b[ou]mb(er|s)?\\b/");
  });
});

describe("an entry", () => {
  it("is refused where it can't work, with RE2's words for an expression", () => {
    expect(problemOf(normalEntry(" * !"))).toBe("empty");
    expect(problemOf(normalEntry("/(?=a)b/"))).toEqual({ expression: expect.stringContaining("(?=") });
    expect(problemOf(normalEntry("/(a+)+$/"))).toBeUndefined();
    // Incident: the expression was quoted with what the bot puts before it: `(?i)(`.
    expect(problemOf("/(/")).toEqual({ expression: expect.stringMatching(/missing closing \): `\(`$/) });
    expect(problemOf(normalEntry("Toy  Gun"))).toBeUndefined();
    expect(normalEntry(" Toy  Gun ")).toBe("toy gun");
  });

  it("that would make a backtracking engine run for ever ends at once", () => {
    const find = finderOf(["/(a+)+$/", "/(\\w+\\s?)*end!/", "*a*a*"]);
    expect(find(`${"a".repeat(999)}!`)).toBe("*a*a*");
    expect(finderOf(["/(a+)+$/"])(`${"a".repeat(999)}!`)).toBeUndefined();
    expect(finderOf(["a*a*a*b"])("a".repeat(1000))).toBeUndefined();
  });
});
