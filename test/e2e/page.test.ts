import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { System } from "../support/system.ts";
import { launchBrowser, openPage, typeCommand } from "./browser.ts";

/** Where `npm run screenshot` wants README's picture; nothing is written otherwise. */
const SCREENSHOT = process.env.QUANTSPOT_SCREENSHOT;
const ANSWER_MS = 60_000;

let system: System;
let browser: Browser;
beforeAll(async () => {
  [system, browser] = await Promise.all([System.start(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

describe("a newcomer on the page", () => {
  it("types /generate and sees the picture, which nothing from outside was needed for", async () => {
    const { page, requests, complaints } = await openPage(browser, system.sandbox.url);
    const picture = page.locator("#messages img[alt*='red sailboat']");
    await typeCommand(page, '/generate prompt:"a red sailboat on the sea at sunset" images:4 seed:11');
    await picture.waitFor({ timeout: ANSWER_MS });
    await page.waitForFunction(
      "[...document.querySelectorAll('#messages img')].some((i) => i.naturalWidth === 512)",
    );
    if (SCREENSHOT) {
      mkdirSync("docs/images", { recursive: true });
      await page.screenshot({ path: SCREENSHOT });
    }
    expect(requests.every((url) => url.startsWith(system.sandbox.url))).toBe(true);
    expect(complaints).toEqual([]);
  });
});
