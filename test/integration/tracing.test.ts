/** A request's trace: sent to a collector where one is named, and to nobody else. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLog } from "../../src/log.ts";
import { RenderWorker } from "../../src/queue/renderWorker.ts";
import { startTracing, stopTracing } from "../../src/tracing.ts";
import { Journal } from "../support/engine.ts";
import { fileServer } from "../support/redis.ts";
import { TestBot, workerOptions } from "../support/renderWorker.ts";

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}
interface Batch {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

const server = await fileServer();
let bot: TestBot;
let worker: RenderWorker;
let journal: Journal;
let collector: Server;
const received: string[] = [];

beforeAll(async () => {
  journal = new Journal();
  bot = new TestBot(server.url);
  worker = new RenderWorker(workerOptions(server.url, journal));
  collector = createServer(async (request, response) => {
    received.push(await text(request));
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await worker.stop(0);
  await bot.close();
  collector.close();
  journal.remove();
});

it("joins queueing, render and delivery into one trace, without prompts and without an open quiz's recipe", async () => {
  expect(await bot.answer(await bot.ask("untraced"))).toMatchObject({ ended: "rendered" });
  const { port } = collector.address() as AddressInfo;
  await startTracing("quantspot-test", `http://127.0.0.1:${port}/`, createLog("test", "silent"));
  const shown = await bot.ask("a xylophone");
  const secret = await bot.ask("a xylophone", { recipe: "torchao-int8", secret: true });
  for (const asked of [shown, secret]) expect(await bot.answer(asked)).toMatchObject({ ended: "rendered" });
  await stopTracing();

  const spans = received.flatMap((body) =>
    (JSON.parse(body) as Batch).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
  const traces = [...new Set(spans.map(({ traceId }) => traceId))].map((id) =>
    spans.filter(({ traceId }) => traceId === id),
  );
  expect(traces.map((trace) => trace.map(({ name }) => name).sort()).sort()).toEqual([
    ["add deliveries", "process deliveries"],
    ["add deliveries", "process deliveries", "process req-bf16"],
  ]);
  for (const trace of traces) {
    const added = trace.find(({ name }) => name === "add deliveries");
    for (const { parentSpanId } of trace.filter((span) => span !== added))
      expect(parentSpanId).toBe(added?.spanId);
  }
  expect(received.join()).toContain(shown.id);
  expect(received.join()).not.toMatch(/xylophone|torchao|untraced/);
});
