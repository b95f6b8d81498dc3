/** A storm: members ask while processes are killed, Redis is taken away and Discord misbehaves; then it is counted. */
import { setTimeout as sleep } from "node:timers/promises";
import { takeCensus } from "../../../src/queue/census.ts";
import { Journal } from "../engine.ts";
import { System, until } from "../system.ts";
import { makeDisk } from "./disk.ts";
import { planStorm, type Step, type StormOptions } from "./plan.ts";
import { type Field, strikes } from "./strikes.ts";
import { type Aftermath, survey } from "./survey.ts";

const CLOCK = new URL("../../fixtures/jumping-clock.mjs", import.meta.url).href;
const ONLINE_WITHIN_MS = 60_000;
/** An admission that nobody confirmed is taken back after a minute, and a delivery is tried again within one. */
const QUIET_WITHIN_MS = 240_000;

/** The whole of it, on processes and a Redis of its own. Fails when it has not become quiet in the end. */
export async function runStorm(options: StormOptions): Promise<Aftermath> {
  const steps = planStorm(options);
  const disk = steps.some((step) => step.strike === "Redis's disk full") ? makeDisk() : undefined;
  const journal = new Journal();
  const system = await System.start({
    ...{ workers: 0, bot: false, brisk: true, redisFolder: disk?.folder },
    standIn: { journal: journal.path, "step-ms": "25" },
    env: { NODE_OPTIONS: `--import=${CLOCK}` },
  });
  try {
    const [bot, worker] = await Promise.all([system.startBot(), system.startWorker()]);
    const field: Field = { system, bot, worker, asked: [], presets: [], disk };
    await weather(field, steps);
    await until("everything to be quiet", () => isQuiet(system), QUIET_WITHIN_MS);
    return await survey(field, journal);
  } finally {
    await system.stop();
    journal.remove();
    disk?.remove();
  }
}

async function weather(field: Field, steps: Step[]): Promise<void> {
  const { sandbox } = field.system;
  const asking: Promise<unknown>[] = [];
  let striking = Promise.resolve();
  for (const { pauseMs, command, strike } of steps) {
    await sleep(pauseMs);
    // Nobody can ask a bot that is offline; everything else can happen at any moment.
    await until("the bot to be online", () => sandbox.isBotOnline, ONLINE_WITHIN_MS);
    if (strike !== undefined) {
      await striking;
      striking = strikes[strike](field);
      striking.catch(() => {}); // it is awaited before the next one
    } else if (/^.preset/.test(command)) {
      asking.push(createPreset(field, command));
    } else {
      const member = sandbox.member(`member-${asking.length}`);
      asking.push(member.run(command).then((exchange) => field.asked.push({ command, exchange })));
    }
  }
  await striking;
  await Promise.all(asking);
}

async function createPreset({ system, presets }: Field, command: string): Promise<void> {
  const exchange = await system.sandbox.member("moderator").run(command);
  const [, name] = /\*\*([\w-]+)\*\* is there/.exec(exchange.reply()?.content ?? "") ?? [];
  if (name !== undefined) presets.push(name);
}

async function isQuiet({ redis }: System): Promise<boolean> {
  const [{ waiting, running }, open, reserved, active, delayed] = await Promise.all([
    takeCensus(redis),
    redis.zcard("quantspot:open"),
    redis.zcard("quantspot:reserved"),
    redis.llen("quantspot:deliveries:active"),
    redis.zcard("quantspot:deliveries:delayed"),
  ]);
  return waiting + running + open + reserved + active + delayed === 0;
}
