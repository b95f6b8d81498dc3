#!/usr/bin/env node
/**
 * The engine's place in the bot's benchmark: speaks the protocol and hands over pictures that are ready, so that
 * what is left is the time of everything else. Started as QUANTSPOT_PYTHON; its arguments are not looked at.
 * BENCH_JOURNAL names a file that gets a JSON line { event, at } for every request read and every last pixel written.
 */
import { appendFileSync, readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

const journal = process.env.BENCH_JOURNAL ?? "/dev/null";
const SIDE = 1024;
const PICTURE_BYTES = SIDE * SIDE * 3;
/** Raw RGB of four pictures, 1024 x 1024: they compress as real renders do. */
const pictures = readFileSync(process.env.BENCH_PICTURES ?? "/dev/null");
/** Less than any engine takes for an image of this size: the others are stored by the time the last one comes. */
const BETWEEN_IMAGES_MS = 500;

/** @param {Record<string, unknown>} message */
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
/** @param {string} event */
const note = (event) =>
  appendFileSync(journal, `${JSON.stringify({ event, at: performance.timeOrigin + performance.now() })}\n`);

say({
  kind: "ready",
  protocol: { major: 2, minor: 0 },
  device: { id: "cpu", name: "benchmark", totalBytes: 0, budgetBytes: 0 },
  model: {
    name: "benchmark",
    sizes: [{ width: SIDE, height: SIDE }],
    steps: { min: 1, max: 50, default: 1 },
    promptTokens: 512,
  },
  recipes: ["bf16", "torchao-int8"].map((id) => ({
    ...{ id, label: id, family: "original", bits: 16, placement: "resident", execution: "eager" },
    runnable: true,
  })),
  versions: {},
});
say({ kind: "pool", variants: [], usedBytes: 0, budgetBytes: 0 });
setInterval(() => say({ kind: "heartbeat", rssBytes: 0 }), 1000).unref();

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.kind === "generate") await generate(message);
  if (message.kind === "shutdown") break;
}

/** @param {{ request: number, noise: unknown[] }} message */
async function generate({ request, noise }) {
  note("generate");
  for (const image of noise.keys()) {
    if (image > 0) await delay(BETWEEN_IMAGES_MS);
    const header = Buffer.alloc(16);
    header.write("QSPX");
    header.writeUInt32LE(request, 4);
    header.writeUInt32LE(image, 8);
    header.writeUInt32LE(PICTURE_BYTES, 12);
    writeAll(header);
    writeAll(pictures.subarray(image * PICTURE_BYTES, (image + 1) * PICTURE_BYTES));
    say({ kind: "image", request, image, width: SIDE, height: SIDE });
  }
  note("pixels");
  const seconds = { encode: 0, denoise: 0, perStep: 0, decode: 0, total: 0 };
  const memory = { measure: "process-rss", weightsBytes: 0, residentBytes: 0, peakBytes: 0 };
  const stats = { device: "cpu", deviceName: "benchmark", seconds, memory, truncatedTokens: 0, warnings: [] };
  say({ kind: "done", request, stats });
}

/** @param {Buffer} bytes */
function writeAll(bytes) {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(3, bytes, done);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}
