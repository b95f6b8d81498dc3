/**
 * `npm run bench:bot`: what the bot, the queue and the worker add to a render, on this machine, without an engine.
 * The real bot and worker run as processes on a Redis of their own, against the local Discord; a stand-in hands over
 * pictures that are ready (test/bench/engine.mjs). The local Discord's own work is in every figure.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { placeOf } from "../../src/queue/order.ts";
import { RequestProducer } from "../../src/queue/producer.ts";
import type { Exchange } from "../../src/sandbox/index.ts";
import { announce } from "../../src/store/presence.ts";
import { presence } from "../support/presence.ts";
import { enqueue, member as memberId, request } from "../support/request.ts";
import { System, until } from "../support/system.ts";

const SIDE = 1024;
const ANSWER_MS = 120_000;

const { values } = parseArgs({ options: { json: { type: "string" } } });
const figures: Record<string, number> = {};
const note = (name: string, value: number, unit = "ms") => {
  figures[name] = Math.round(value * 10) / 10;
  console.log(`${name.padEnd(58)} ${figures[name]?.toFixed(1).padStart(9)} ${unit}`);
};

const folder = await mkdtemp(join(tmpdir(), "quantspot-bench-"));
const journal = join(folder, "journal");
const pictures = join(folder, "pictures");
await writeFile(pictures, Buffer.concat(await Promise.all([1, 2, 3, 4].map(photograph))));
await writeFile(journal, "");

console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, ${new Date().toISOString()}`);
await answering();
await waiting();
await rm(folder, { recursive: true });
if (values.json) await writeFile(values.json, JSON.stringify({ at: new Date(), figures }, null, 2));
process.exit();

async function answering(): Promise<void> {
  const system = await System.start({
    env: {
      QUANTSPOT_PYTHON: fileURLToPath(new URL("engine.mjs", import.meta.url)),
      BENCH_JOURNAL: journal,
      BENCH_PICTURES: pictures,
      QUANTSPOT_MEMBER_LIMIT: "1000",
    },
  });
  try {
    await oneByOne(system);
    await allAtOnce(system, 50, 4);
    await submissions(system);
  } finally {
    await system.stop();
  }
}

/** Ten grids of 4 x 1024 x 1024, one after another, the first two to warm up. */
async function oneByOne(system: System): Promise<void> {
  const member = system.sandbox.member("member");
  const [acknowledged, handed, left]: number[][] = [[], [], []];
  for (let round = 0; round < 10; round++) {
    await writeFile(journal, "");
    const exchange = await member.run("/generate prompt:x images:4");
    await exchange.final(ANSWER_MS);
    if (round < 2) continue;
    const events = await readJournal();
    const answer = system.sandbox.requests.findLast(
      ({ method, files }) => method === "PATCH" && files.length > 0,
    );
    acknowledged?.push(exchange.acknowledgedAfterMs ?? Number.NaN);
    handed?.push((events.get("generate") ?? Number.NaN) - exchange.record.createdAt);
    left?.push((answer?.at ?? Number.NaN) - (events.get("pixels") ?? Number.NaN));
  }
  note("interaction received -> acknowledged, median", quantile(acknowledged ?? [], 0.5));
  note("interaction -> job handed to the engine, median", quantile(handed ?? [], 0.5));
  note("last pixel -> answer of 4 x 1024 x 1024 arrived, median", quantile(left ?? [], 0.5));
  note("last pixel -> answer of 4 x 1024 x 1024 arrived, highest", Math.max(...(left ?? [])));
}

/** What the bot itself does to take a request in, without Discord's side of it. */
async function submissions(system: System): Promise<void> {
  const producer = new RequestProducer(system.redis);
  const times = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const asked = request({ userId: memberId(i % 50), recipe: "nobody-renders-this" });
      const started = performance.now();
      await enqueue(system.redis, producer, asked);
      return performance.now() - started;
    }),
  );
  note("200 at once: admitted and queued, p95", quantile(times, 0.95));
  await producer.close();
}

async function allAtOnce(system: System, members: number, each: number): Promise<void> {
  const people = Array.from({ length: members }, (_, i) => system.sandbox.member(`member-${i}`));
  const started = performance.now();
  const exchanges: Exchange[] = await Promise.all(
    people.flatMap((member) => Array.from({ length: each }, () => member.run("/generate prompt:x images:1"))),
  );
  const acknowledged = exchanges.map((exchange) => exchange.acknowledgedAfterMs ?? Number.POSITIVE_INFINITY);
  await Promise.all(exchanges.map((exchange) => exchange.final(ANSWER_MS)));
  await until("every request to be closed", async () => (await system.redis.zcard("quantspot:open")) === 0);
  const answered = exchanges.filter(
    (exchange) => exchange.messages().filter(({ attachments }) => attachments.length === 1).length === 1,
  ).length;
  note(`${members * each} at once: acknowledged, p50`, quantile(acknowledged, 0.5));
  note(`${members * each} at once: acknowledged, p95`, quantile(acknowledged, 0.95));
  note(`${members * each} at once: answered exactly once`, answered, "");
  note(`${members * each} at once: until the last answer`, (performance.now() - started) / 1000, "s");
}

/** The cost of a submission and of a look at one's place, with little and with much in the queue. */
async function waiting(): Promise<void> {
  const system = await System.start({ workers: 0, env: { QUANTSPOT_MEMBER_LIMIT: "1000" } });
  const announcing = setInterval(() => announce(system.redis, { ...presence(), seenAt: Date.now() }), 3000);
  await announce(system.redis, presence());
  const producer = new RequestProducer(system.redis);
  try {
    let queued = 0;
    for (const depth of [10, 10_000]) {
      for (; queued < depth; queued++)
        await enqueue(system.redis, producer, request({ userId: memberId(queued % 500) }));
      await measureAt(system, depth);
    }
  } finally {
    clearInterval(announcing);
    await producer.close();
    await system.stop();
  }
}

async function measureAt(system: System, depth: number): Promise<void> {
  const submits: number[] = [];
  for (let i = 0; i < 110; i++) {
    const exchange = await system.sandbox.member(`at-${depth}-${i}`).run("/generate prompt:x images:1");
    if (i >= 10) submits.push(exchange.acknowledgedAfterMs ?? Number.NaN);
  }
  const last = request({ userId: memberId(1) });
  await enqueue(system.redis, new RequestProducer(system.redis), last);
  const looks: number[] = [];
  for (let i = 0; i < 300; i++) {
    const started = performance.now();
    await placeOf(system.redis, last);
    if (i >= 100) looks.push(performance.now() - started);
  }
  note(`${depth} waiting: acknowledged, p95`, quantile(submits, 0.95));
  note(`${depth} waiting: look at one's place, p95`, quantile(looks, 0.95));
}

async function readJournal(): Promise<Map<string, number>> {
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  return new Map(lines.map((line) => JSON.parse(line)).map(({ event, at }) => [String(event), Number(at)]));
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Soft shapes and a little grain: compresses about as a rendered picture does. The same at every run. */
async function photograph(seed: number): Promise<Buffer> {
  let state = 12_345 * seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >> 16;
  };
  const soft = Buffer.from(Array.from({ length: 32 * 32 * 3 }, () => random() & 255));
  const pixels = await sharp(soft, { raw: { width: 32, height: 32, channels: 3 } })
    .resize(SIDE, SIDE, { kernel: "cubic" })
    .raw()
    .toBuffer();
  return Buffer.from(pixels.map((value) => Math.min(255, Math.max(0, value + (random() % 3) - 1))));
}
