import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Where distributions put it; a test is skipped where none is. */
const EXECUTABLES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Off: what a browser does beside showing the page, which costs time and reaches for the network. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
  "--no-first-run",
  "--mute-audio",
];

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: QUIET });
}

async function findChromium(): Promise<string> {
  const { access, constants } = await import("node:fs/promises");
  const folders = (process.env.PATH ?? "").split(":");
  for (const name of EXECUTABLES) {
    for (const folder of folders) {
      const path = `${folder}/${name}`;
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return path;
    }
  }
  throw new Error("There is no Chromium on the PATH: apt-get install -y --no-install-recommends chromium");
}

/** The local Discord's page, ready for a command, and what it asked for and complained about on the way. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  await page.locator("#channels .channel[aria-current=page]").waitFor({ state: "attached" });
  return { page, requests, complaints };
}

/** Types a command as a person would and sends it. */
export async function typeCommand(page: Page, line: string): Promise<void> {
  const field = page.locator("#command");
  await field.fill(line);
  await page.locator("#send").click();
}
