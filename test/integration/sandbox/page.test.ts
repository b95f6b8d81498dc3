import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openPage, typeCommand } from "../../e2e/browser.ts";
import { picture, type Running, startBot } from "./bot.ts";

const HINT = '/draw prompt:"two red stars"';

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    return interaction.respond(
      ["torchao-int8", "bnb-nf4"].filter((id) => id.includes(typed)).map((value) => ({ name: value, value })),
    );
  }
  if (interaction.isButton()) {
    return interaction.showModal(
      new ModalBuilder()
        .setCustomId("form")
        .setTitle("Change prompt")
        .addComponents(
          new ActionRowBuilder<TextInputBuilder>().addComponents(
            new TextInputBuilder().setCustomId("prompt").setLabel("Prompt").setStyle(TextInputStyle.Short),
          ),
        ),
    );
  }
  if (interaction.isModalSubmit()) {
    return interaction.reply({
      content: `**${interaction.fields.getTextInputValue("prompt")}** <img src=x onerror=alert(1)>`,
      flags: MessageFlags.Ephemeral,
    });
  }
  if (interaction.isMessageContextMenuCommand())
    return interaction.reply(`details of ${interaction.targetId} in ${interaction.locale}`);
  if (!interaction.isChatInputCommand() || interaction.commandName === "silent") return undefined;
  await interaction.deferReply();
  return interaction.editReply({
    content: `${interaction.options.getString("prompt")} ${interaction.options.getString("backend")}`,
    files: [{ attachment: await picture(), name: "grid.png", description: "red" }],
    components: [
      new ActionRowBuilder<ButtonBuilder>().addComponents(
        new ButtonBuilder().setCustomId("change").setLabel("Change prompt").setStyle(ButtonStyle.Primary),
      ),
    ],
  });
}

describe("the page", () => {
  let bot: Running;
  let browser: Browser;
  let page: Page;
  let requests: string[];
  let complaints: string[];

  beforeAll(async () => {
    [bot, browser] = await Promise.all([startBot(answer, { hints: [HINT] }), launchBrowser()]);
    await bot.client.application.commands.set(
      [
        {
          name: "draw",
          description: "Draws",
          descriptionLocalizations: { de: "Zeichnet" },
          options: [
            {
              type: ApplicationCommandOptionType.String,
              name: "prompt",
              description: "What",
              required: true,
            },
            {
              type: ApplicationCommandOptionType.String,
              name: "backend",
              description: "How",
              autocomplete: true,
            },
          ],
        },
        {
          name: "Show details",
          nameLocalizations: { de: "Details anzeigen" },
          type: ApplicationCommandType.Message,
        },
        { name: "silent", description: "Never answers" },
        { name: "moderate", description: "For few", default_member_permissions: "32" },
      ],
      bot.sandbox.guildId,
    );
    ({ page, requests, complaints } = await openPage(browser, bot.sandbox.url));
  });
  afterAll(async () => {
    await browser.close();
    await bot.stop();
  });

  test("a hint fills in the command; Enter sends it; the picture comes and opens", async () => {
    await page.locator(".chip").click();
    expect(await page.locator("#command").inputValue()).toBe(HINT);
    await page.keyboard.press("Enter");
    const image = page.locator(".picture img");
    await image.waitFor();
    expect(await image.getAttribute("alt")).toBe("red");
    await expect
      .poll(() => image.evaluate((element) => (element as { naturalWidth?: number }).naturalWidth))
      .toBe(64);
    await page.locator(".picture").click();
    await page.locator("#viewer[open] img").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#viewer[open]").waitFor({ state: "detached" });
  });

  test("a command is typed with the keyboard alone", async () => {
    await page.locator("#command").focus();
    await page.keyboard.type("/dr");
    await page.locator("#suggestion-0").waitFor();
    await page.keyboard.press("Tab");
    await page.getByRole("option", { name: "prompt" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("a blue moon backend:int");
    await page.getByRole("option", { name: "torchao-int8" }).waitFor();
    await page.keyboard.press("Enter");
    expect(await page.locator("#command").inputValue()).toBe(
      "/draw prompt:a blue moon backend:torchao-int8 ",
    );
    await page.getByText("Enter sends the command").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("a blue moon torchao-int8").waitFor();
    await page.keyboard.press("ArrowUp");
    expect(await page.locator("#command").inputValue()).toBe("/draw prompt:a blue moon backend:torchao-int8");
  });

  test("what is missing is said, and nothing is sent", async () => {
    const before = bot.sandbox.messages().length;
    await typeCommand(page, "/draw backend:bnb-nf4");
    await page.getByText("prompt: This option is required.").waitFor();
    expect(bot.sandbox.messages()).toHaveLength(before);
    await page.locator("#command").fill("");
  });

  test("a form opens, is sent, and its answer is private and only text", async () => {
    await page.locator("[data-custom-id=change]").last().click();
    await page.locator("#modal[open] input").fill("green");
    await page.keyboard.press("Enter");
    const answerItem = page.locator(".message.private");
    await answerItem.waitFor();
    expect(await answerItem.locator(".content b").textContent()).toBe("green");
    expect(await answerItem.textContent()).toContain("<img src=x onerror=alert(1)>");
    expect(await answerItem.locator("img[src=x]").count()).toBe(0);
    await answerItem.getByRole("button", { name: "Dismiss message" }).click();
    await answerItem.waitFor({ state: "detached" });
  });

  // Incident: with the form sent, the focus was nowhere.
  test("a form opened by keyboard gives the focus back to its button", async () => {
    const focused = () => page.evaluate("document.activeElement.dataset.customId");
    await page.locator("[data-custom-id=change]").last().focus();
    await page.keyboard.press("Enter");
    await page.locator("#modal[open] input").fill("blue");
    await page.keyboard.press("Enter");
    const answerItem = page.locator(".message.private");
    await answerItem.waitFor();
    await expect.poll(focused).toBe("change");
    await answerItem.getByRole("button", { name: "Dismiss message" }).click();
    await answerItem.waitFor({ state: "detached" });
  });

  // Incident: "The request is malformed."
  test("a message that is too long is told how long it may be", async () => {
    await typeCommand(page, "x".repeat(2100));
    await page.getByText("A message has at most 2,000 characters; this one has 2,100.").waitFor();
    await page.locator("#command").fill("");
  });

  test("nobody answering is said, to who asked only", async () => {
    await typeCommand(page, "/silent");
    await page.getByText("The application did not respond").waitFor({ timeout: 5_000 });
  });

  test("a member does not see a moderator's command; the moderator does", async () => {
    await page.locator("#command").fill("/mod");
    await page.getByText("No command of that name").waitFor();
    await page.locator(".account-button").click();
    await page.getByRole("menuitem", { name: /Moderator/ }).click();
    await page.locator(".account-button").getByText("Moderators").waitFor();
    await page.getByText("The application did not respond").waitFor({ state: "detached" });
    await page.locator("#command").fill("/mod");
    await page.getByRole("option", { name: "/moderate" }).waitFor();
    await page.locator("#command").fill("");
  });

  test("loads nothing from elsewhere and complains of nothing", () => {
    expect([...new Set(requests.map((address) => new URL(address).origin))]).toEqual([bot.sandbox.url]);
    // The refused command's 400 is the browser's own line.
    expect(complaints.filter((line) => !line.includes("400 (Bad Request)"))).toEqual([]);
  });

  test("a message's menu has the bot's commands", async () => {
    await page
      .locator(".message")
      .last()
      .click({ button: "right", position: { x: 300, y: 8 } });
    await page.getByRole("menuitem", { name: "Show details" }).click();
    await page.getByText(/^details of \d+ in en-US$/).waitFor();
  });

  test("somebody's Discord can be in another language, which the bot is told", async () => {
    const speak = async (language: string) => {
      await page.locator(".account-button").click();
      await page.getByRole("menuitem", { name: language }).click();
    };
    await speak("Deutsch");
    // Typed before the page had the commands in German, it once offered the English ones until the next key.
    await page.locator("#command").fill("/dr");
    await page.getByRole("option", { name: "Zeichnet" }).waitFor();
    await page.locator("#command").fill("");
    await page
      .locator(".message")
      .last()
      .click({ button: "right", position: { x: 300, y: 8 } });
    await page.getByRole("menuitem", { name: "Details anzeigen" }).click();
    await page.getByText(/^details of \d+ in de$/).waitFor();
    await speak("English");
    await page.locator("#command").fill("/dr");
    await page.getByRole("option", { name: "Draws" }).waitFor();
    await page.locator("#command").fill("");
  });

  test("on a phone the channels slide in", async () => {
    const { page: phone } = await openPage(browser, bot.sandbox.url, {
      viewport: { width: 390, height: 780 },
    });
    expect(await phone.locator("#channels").isVisible()).toBe(false);
    await phone.locator("#open-sidebar").click();
    await phone.getByRole("button", { name: "general" }).click();
    await phone.getByRole("heading", { name: "Welcome to #general" }).waitFor();
    const widest = await phone
      .locator("body")
      .evaluate((body) => (body as { scrollWidth?: number }).scrollWidth);
    expect(widest).toBeLessThanOrEqual(390);
  });

  test("answers to no other site", async () => {
    const state = `${bot.sandbox.url}/page-api/state?as=member`;
    const status = async (headers: Record<string, string>, path = state) =>
      (await fetch(path, { headers })).status;
    expect(await status({})).toBe(200);
    expect(await status({ origin: "http://evil.example" })).toBe(403);
    const { request } = await import("node:http");
    const rebound = await new Promise((resolve) => {
      request(state, { headers: { host: "evil.example" } }, (answered) => resolve(answered.statusCode)).end();
    });
    expect(rebound).toBe(403);
    const form = await fetch(`${bot.sandbox.url}/page-api/action`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "{}",
    });
    expect(form.status).toBe(400);
  });
});
