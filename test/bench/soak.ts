/**
 * `npm run soak -- --minutes 30`: steady load on the local Discord with tiny, and what bot, worker, engine and Redis
 * keep of it. The first third is warm-up; over the rest a straight line is fitted to each resident set. A process
 * grows when that line rises by more than GROWS.mebibytes and more than GROWS.share of its mean. Redis keeps records
 * on purpose, for 30 days: there it is the memory a request leaves behind, images apart, which have a budget.
 * Leaves with 1 when anything grows, or a request was not answered. Less than ten minutes say little.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { residentMebibytes } from "../support/storm/survey.ts";
import { enginesOf, System } from "../support/system.ts";

const GROWS = { mebibytes: 24, share: 0.1 };
const JUDGED_FROM_MINUTES = 10;
const REDIS_KIBIBYTES_A_REQUEST = 24;
const ANSWER_MS = 120_000;
const MINUTE_MS = 60_000;
/** One request renders, one waits: neither idle nor a flood. */
const AT_ONCE = 2;
const COMMANDS = [
  '/generate prompt:"a red circle" images:1 steps:4',
  '/generate prompt:"two blue squares" backend:torchao-int8 images:2 steps:4',
  '/compare prompt:"a green star" backend1:bf16 backend2:gguf-q8_0 steps:4',
  '/generate prompt:"a boat" backend:gguf-q8_0 images:1 steps:4 private:True',
];

interface Sample {
  minutes: number;
  answered: number;
  bot: number;
  worker: number;
  engine: number;
  redis: number;
}

const { values } = parseArgs({ options: { minutes: { type: "string", default: "30" } } });
const minutes = z.coerce.number().positive().parse(values.minutes);
const system = await System.start({
  ...{ workers: 0, bot: false },
  env: { QUANTSPOT_IMAGE_BUDGET_GIB: "0.02", QUANTSPOT_MEMBER_LIMIT: "100" },
});
const [bot, worker] = await Promise.all([system.startBot(), system.startWorker()]);
const started = performance.now();
const end = started + minutes * MINUTE_MS;
const samples: Sample[] = [];
let answered = 0;
let asked = 0;
const failures: string[] = [];

console.log("minutes  answered  bot MiB  worker MiB  engine MiB  Redis MiB (images apart)");
await Promise.all([...Array.from({ length: AT_ONCE }, ask), sample()]);
const grown = judge();
await system.stop();
for (const failure of failures.slice(0, 10)) console.error(failure);
const short = minutes < JUDGED_FROM_MINUTES ? `; ${minutes} minutes are too short to judge by` : "";
console.log((grown.length === 0 ? "nothing grows" : `GROWS: ${grown.join(", ")}`) + short);
console.log(`${answered} of ${asked} requests answered`);
process.exit(grown.length > 0 || failures.length > 0 ? 1 : 0);

async function ask(): Promise<void> {
  while (performance.now() < end) {
    const command = COMMANDS[asked % COMMANDS.length] ?? "";
    asked += 1;
    try {
      const answer = await (await system.sandbox.member(`member-${asked % 20}`).run(command)).final(
        ANSWER_MS,
      );
      if (answer.attachments.length === 0) throw new Error(answer.content);
      answered += 1;
    } catch (error) {
      failures.push(`${command}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

async function sample(): Promise<void> {
  const every = Math.max(2000, (minutes * MINUTE_MS) / 60);
  while (performance.now() < end) {
    const [engine] = await enginesOf(worker);
    const taken = {
      minutes: (performance.now() - started) / MINUTE_MS,
      answered,
      bot: residentMebibytes(bot.pid),
      worker: residentMebibytes(worker.pid),
      engine: residentMebibytes(engine),
      redis: await redisMebibytes(),
    };
    samples.push(taken);
    const { minutes: at, answered: count, redis, ...sets } = taken;
    const cells = [at.toFixed(1), count, sets.bot, sets.worker, sets.engine, redis.toFixed(1)];
    console.log(
      cells.map((cell, index) => String(cell).padStart([7, 9, 8, 11, 11, 10][index] ?? 0)).join(" "),
    );
    await sleep(every);
  }
}

/** What Redis has allocated for data, without the images. */
async function redisMebibytes(): Promise<number> {
  const [memory, images] = await Promise.all([
    system.redis.info("memory"),
    system.redis.get("quantspot:images:sum"),
  ]);
  const [, used] = /^used_memory:(\d+)/m.exec(memory) ?? [];
  return (Number(used) - Number(images ?? 0)) / 2 ** 20;
}

/** @returns what grows, in words */
function judge(): string[] {
  const warm = samples.slice(Math.floor(samples.length / 3));
  const grown: string[] = [];
  for (const name of ["bot", "worker", "engine"] as const) {
    const { slope, mean } = line(warm.map((taken) => [taken.minutes, taken[name]]));
    const rise = slope * ((warm.at(-1)?.minutes ?? 0) - (warm[0]?.minutes ?? 0));
    const figures = `${name}: mean ${mean.toFixed(0)} MiB, slope ${(60 * slope).toFixed(1)} MiB an hour`;
    console.log(figures);
    if (rise > GROWS.mebibytes && rise > GROWS.share * mean) grown.push(figures);
  }
  const { slope } = line(warm.map(({ answered: count, redis }) => [count, redis]));
  const figures = `Redis: ${(slope * 1024).toFixed(1)} KiB kept a request, images apart`;
  console.log(figures);
  if (slope * 1024 > REDIS_KIBIBYTES_A_REQUEST) grown.push(figures);
  return grown;
}

/** Least squares. */
function line(points: [number, number][]): { slope: number; mean: number } {
  const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [middle, height] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const across = mean(points.map(([x]) => (x - middle) ** 2));
  const together = mean(points.map(([x, y]) => (x - middle) * (y - height)));
  return { slope: across === 0 ? 0 : together / across, mean: height };
}
