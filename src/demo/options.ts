/** The demo's command line. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Locale } from "discord-api-types/v10";

export const USAGE = `npm run demo                                  the local Discord, the bot and a worker; prints one address
npm run demo -- --run '/generate prompt:"two red stars" backend:torchao-int8' --out DIR
  --run COMMAND     run a command as a member of the local server and print its final message as a JSON line;
                    may be given several times, then one after another
  --out DIR         save the attachments there
  --as moderator    run the commands as a member with Manage Server
  --locale de       run them as somebody whose Discord is in that language (default en-US)
  --json            print nothing but the JSON lines
  --port N          the page's port (default 8080, or any free one with --run)
  --timeout SECONDS how long a command may take until its final message (default 300)`;

export interface DemoOptions {
  run: string[];
  out: string | undefined;
  as: "member" | "moderator";
  locale: Locale;
  json: boolean;
  port: number;
  timeoutMs: number;
}

/** A command line that can't be understood; the message says what is wrong. */
export class UsageError extends Error {
  override name = "UsageError";
}

const DEFAULT_PORT = 8080;

/** @throws UsageError */
export function parseOptions(args: string[]): DemoOptions {
  const { values } = parse(args);
  const run = values.run ?? [];
  const as = values.as ?? "member";
  if (as !== "member" && as !== "moderator")
    throw new UsageError(`--as takes member or moderator, not ${as}.`);
  if (values.out !== undefined && run.length === 0) throw new UsageError("--out goes with --run.");
  if (values.out !== undefined) makeFolder(values.out);
  return {
    run,
    out: values.out,
    as,
    locale: localeOf(values.locale ?? Locale.EnglishUS),
    json: values.json ?? false,
    port: wholeNumber("--port", values.port, run.length > 0 ? 0 : DEFAULT_PORT, 65_535),
    timeoutMs: wholeNumber("--timeout", values.timeout, 300, 86_400) * 1000,
  };
}

/** Before anything is rendered for it. One folder at a time: Node's own way of making several never ends under /proc. */
function makeFolder(path: string): void {
  try {
    const missing: string[] = [];
    for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
    for (const folder of missing) mkdirSync(folder);
    if (!statSync(path).isDirectory()) throw new Error("it is no folder");
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out ${path} can't be used: ${error instanceof Error ? error.message : error}.`);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        run: { type: "string", multiple: true },
        out: { type: "string" },
        as: { type: "string" },
        locale: { type: "string" },
        json: { type: "boolean" },
        port: { type: "string" },
        timeout: { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function localeOf(text: string): Locale {
  const known = Object.values(Locale).find((locale) => locale === text);
  if (!known) throw new UsageError(`--locale takes one of Discord's: ${Object.values(Locale).join(", ")}.`);
  return known;
}

function wholeNumber(name: string, text: string | undefined, absent: number, max: number): number {
  if (text === undefined) return absent;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new UsageError(`${name} takes a whole number from 0 to ${max}, not ${text}.`);
  return value;
}
