/**
 * `npm run doctor [-- --for bot|worker] [--json]`: checks everything that bot and worker need, from here, as they would
 * use it, and says for each thing that is wrong what to do. Exits with 1 when something is.
 */
import { parseArgs } from "node:util";
import type { Config } from "./config.ts";
import { checkDiscord } from "./doctor/discord.ts";
import { checkEngine } from "./doctor/engine.ts";
import type { Finding } from "./doctor/finding.ts";
import { checkDisk, checkModel, checkWeights } from "./doctor/model.ts";
import { checkRedis } from "./doctor/redis.ts";
import { checkSettings } from "./doctor/settings.ts";
import { places } from "./setup/places.mjs";

const USAGE = "npm run doctor -- [--for bot|worker] [--json]";
const MARKS = { ok: "✓", warning: "!", wrong: "✗" } as const;

const { program, json } = readOptions();
const all: Finding[] = [];
const { config, unusable, findings } = checkSettings(places.settings);
tell(findings);
await examine(config);
if (json) console.log(JSON.stringify(all, null, 2));
else console.log(`\n${conclusion()}`);
process.exit(all.some(({ state }) => state === "wrong") ? 1 : 0);

async function examine(settings: Config): Promise<void> {
  // What rests on a setting that can't be used is left out: a look at its default would tell of something else.
  const rests = (on: RegExp) => unusable.some((name) => on.test(name));
  if (program !== "worker" && !rests(/^DISCORD_/)) tell(await checkDiscord(settings.discord));
  if (!rests(/^REDIS_|^QUANTSPOT_IMAGE_BUDGET_GIB$/))
    tell(await checkRedis(settings.redisUrl, settings.imageBudgetBytes));
  if (program === "bot") return;
  const { engine } = settings;
  tell(await checkEngine(engine));
  tell([await checkModel(engine.model), ...checkWeights(engine.weights)]);
  tell(checkDisk(engine.model, engine.cache));
}

/** As they come: the engine's own checks take a while. */
function tell(found: Finding[]): void {
  all.push(...found);
  if (json) return;
  for (const { state, about, found: what, todo } of found) {
    console.log(`${MARKS[state]} ${about}: ${what}`);
    if (todo) console.log(`    → ${todo}`);
  }
}

function conclusion(): string {
  const count = (state: Finding["state"]) => all.filter((finding) => finding.state === state).length;
  const [bad, doubtful] = [count("wrong"), count("warning")];
  if (bad > 0) return `${bad} to mend${doubtful > 0 ? `, ${doubtful} to look at` : ""}.`;
  return doubtful > 0 ? `Nothing is broken; ${doubtful} to look at.` : "All is well.";
}

function readOptions(): { program: "bot" | "worker" | undefined; json: boolean } {
  try {
    const { values } = parseArgs({ options: { for: { type: "string" }, json: { type: "boolean" } } });
    const { for: program, json = false } = values;
    if (program === undefined || program === "bot" || program === "worker") return { program, json };
  } catch {
    // told below
  }
  console.error(USAGE);
  return process.exit(2);
}
