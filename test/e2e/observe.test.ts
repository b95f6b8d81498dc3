import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../src/setup/ports.ts";
import { hasPrometheus, lintMetrics, Prometheus, shippedExpressions } from "../support/prometheus.ts";
import { enginesOf, System, until } from "../support/system.ts";

const ANSWER_MS = 60_000;
/** Longer than what either text encoder reads: their libraries like to quote what they cut. */
const SECRET_WORD = "xylophonist";
const PROMPT = `a red circle, ${`${SECRET_WORD} `.repeat(75)}`.trim();
const PASSWORD = "open sesame";

let system: System;
let bot: ChildProcess;
let worker: ChildProcess;
let botUrl: string;
let workerUrl: string;

beforeAll(async () => {
  const [botPort, workerPort] = [await freePort(), await freePort()];
  botUrl = `http://127.0.0.1:${botPort}`;
  workerUrl = `http://127.0.0.1:${workerPort}`;
  system = await System.start({ bot: false, workers: 0, env: { LOG_LEVEL: "info" } });
  [bot, worker] = await Promise.all([
    system.startBot({ QUANTSPOT_STATUS_PORT: String(botPort), QUANTSPOT_BOARD_PASSWORD: PASSWORD }),
    system.startWorker({ QUANTSPOT_STATUS_PORT: String(workerPort) }),
  ]);
});
afterAll(() => system.stop());

/** @returns the request's id */
async function generate(): Promise<{ id: string; token: string }> {
  const exchange = await system.sandbox.member("member").run(`/generate prompt:"${PROMPT}" images:1 steps:2`);
  const answer = await exchange.final(ANSWER_MS);
  expect(answer.attachments, answer.content).toHaveLength(1);
  return { id: `r${exchange.record.id}`, token: exchange.record.token };
}

interface Line {
  name: string;
  msg: string;
  requestId?: string;
}
const linesOf = (child: ChildProcess): Line[] =>
  system
    .logOf(child)
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

const metricsOf = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** The value of a metric; undefined where nothing was counted. */
function sample(metrics: string, name: string): number | undefined {
  const line = metrics.split("\n").find((text) => text.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

describe("a full run", () => {
  let asked: { id: string; token: string };
  beforeAll(async () => {
    asked = await generate();
    await until("the delivery's line", () => linesOf(bot).some(({ msg }) => msg === "answered"));
  });

  it("can be followed by one id through bot, queue, worker, engine and delivery", () => {
    const told = (child: ChildProcess) =>
      linesOf(child)
        .filter(({ requestId }) => requestId === asked.id)
        .map(({ msg }) => msg);
    expect(told(bot)).toEqual(["queued", "answered"]);
    expect(told(worker)).toEqual(expect.arrayContaining(["engine log", "rendered"]));
  });

  it("leaves neither token nor prompt in any log, and the prompt at debug alone", async () => {
    for (const hidden of [SECRET_WORD, asked.token, system.sandbox.token])
      expect(system.logs()).not.toContain(hidden);
    await system.kill(bot, "SIGTERM");
    const port = new URL(botUrl).port;
    bot = await system.startBot({
      LOG_LEVEL: "debug",
      QUANTSPOT_STATUS_PORT: port,
      QUANTSPOT_BOARD_PASSWORD: PASSWORD,
    });
    const { token } = await generate();
    expect(system.logOf(bot)).toContain(SECRET_WORD);
    for (const hidden of [token, system.sandbox.token]) expect(system.logs()).not.toContain(hidden);
  });

  it("is counted where it happened", async () => {
    const [ofBot, ofWorker] = [await metricsOf(botUrl), await metricsOf(workerUrl)];
    expect(sample(ofBot, 'quantspot_deliveries_total{outcome="answer"}')).toBe(1);
    expect(sample(ofBot, 'quantspot_interactions_total{kind="command",outcome="ok"}')).toBe(1);
    expect(sample(ofBot, "quantspot_requests_open")).toBe(0);
    expect(sample(ofBot, 'quantspot_queue_waiting{recipe="bf16"}')).toBe(0);
    expect(sample(ofBot, 'quantspot_engines{state="ready"}')).toBe(1);
    expect(sample(ofBot, "quantspot_redis_append_only_ok")).toBe(1);
    expect(sample(ofWorker, 'quantspot_renders_total{recipe="bf16",outcome="rendered"}')).toBe(2);
    expect(sample(ofWorker, 'quantspot_render_phase_seconds_count{recipe="bf16",phase="denoise"}')).toBe(2);
    expect(sample(ofWorker, 'quantspot_variant_loads_total{device="cpu",from="disk"}')).toBe(1);
    expect(sample(ofWorker, 'quantspot_engine_memory_bytes{device="cpu",kind="variants"}')).toBeGreaterThan(
      1e6,
    );
  });
});

describe("health", () => {
  it("is told of both, to whoever asks from this machine", async () => {
    for (const url of [botUrl, workerUrl]) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true, problems: [] });
    }
  });

  it("is not told to a foreign site that points its name here", async () => {
    for (const path of ["/healthz", "/metrics", "/queues"])
      expect(await statusFor(path, "evil.example")).toBe(403);
  });
});

/** fetch() does not let its caller choose the Host header. */
async function statusFor(path: string, host: string): Promise<number | undefined> {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const asking = request(`${botUrl}${path}`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.once("error", reject).end();
  });
}

describe("the board", () => {
  const open = (path: string, password?: string, method = "GET") =>
    fetch(`${botUrl}/queues${path}`, {
      method,
      headers: password === undefined ? {} : { authorization: `Basic ${btoa(`me:${password}`)}` },
    });

  it("is behind its password, its files and its data alike", async () => {
    for (const path of ["/", "/api/queues"]) {
      expect((await open(path)).status).toBe(401);
      expect((await open(path, "guessed it")).status).toBe(401);
      expect((await open(path, PASSWORD)).status).toBe(200);
    }
  });

  it("shows the queues and what is in them, without what members typed", async () => {
    const answer = await open("/api/queues?activeQueue=req-bf16&status=completed", PASSWORD);
    const text = await answer.text();
    const { queues } = JSON.parse(text);
    expect(queues.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["deliveries", "quiz", "req-bf16"]),
    );
    expect(text).toContain('"recipe":"bf16"');
    expect(text).not.toContain(SECRET_WORD);
  });

  it("changes nothing", async () => {
    expect((await open("/api/queues/deliveries/pause", PASSWORD, "PUT")).status).toBe(405);
    expect((await open("/api/queues/deliveries/empty", PASSWORD, "PUT")).status).toBe(405);
  });
});

describe.skipIf(!hasPrometheus)("Prometheus (apt-get install prometheus)", () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await Prometheus.start({ "bot:9464": botUrl, "worker:9464": workerUrl });
  });
  afterAll(() => prometheus.stop());

  it("finds nothing to object to in the metrics' names", async () => {
    for (const url of [botUrl, workerUrl]) expect(lintMetrics(await metricsOf(url))).toEqual([]);
  });

  it("scrapes bot and worker with the shipped configuration, and no alert fires on a healthy system", async () => {
    await until("two scrapes of both", async () => {
      const counts = await prometheus.query("count_over_time(up[1m]) >= 2");
      return counts.length === 2;
    });
    expect(await prometheus.query("up == 1")).toHaveLength(2);
    expect(await prometheus.alerts()).toEqual([]);
  });

  it("evaluates every expression of rules and dashboard on metrics that exist", async () => {
    const metrics = (await metricsOf(botUrl)) + (await metricsOf(workerUrl));
    const known = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const expressions = shippedExpressions();
    expect(expressions.length).toBeGreaterThan(40);
    for (const expression of expressions) {
      const found = await prometheus.query(expression);
      const names = [...expression.matchAll(/\b(?:quantspot|process|nodejs)_\w+/g)].map(([name]) => name);
      for (const name of names) expect(known, expression).toContain(name.replace(/_(bucket|sum|count)$/, ""));
      const hasSamples = names.every((name) => new RegExp(`^${name}[ {]`, "m").test(metrics));
      // A comparison leaves nothing of what is well.
      if (hasSamples && !/[<>]|==/.test(expression)) expect(found.length, expression).toBeGreaterThan(0);
    }
  });
});

describe("trouble", () => {
  const ready = async (url: string) => (await fetch(`${url}/readyz`)).json();
  const count = async (url: string, name: string) => sample(await metricsOf(url), name) ?? 0;

  it("with Redis is told by both, and passes with it", async () => {
    process.kill(system.redisServer.pid, "SIGSTOP");
    try {
      for (const url of [botUrl, workerUrl])
        expect(await ready(url)).toEqual({
          ready: false,
          problems: [expect.stringMatching(/^Redis: nothing answers at 127.0.0.1/)],
        });
      expect(await count(botUrl, "quantspot_redis_up")).toBe(0);
      expect((await fetch(`${botUrl}/healthz`)).status).toBe(200);
    } finally {
      process.kill(system.redisServer.pid, "SIGCONT");
    }
    for (const url of [botUrl, workerUrl])
      await until("readiness", async () => (await fetch(`${url}/readyz`)).status === 200);
    expect(await count(botUrl, "quantspot_redis_up")).toBe(1);
  });

  it("with Discord is counted", async () => {
    system.sandbox.faults.answer5xx(/PATCH \/webhooks/, 1);
    const { token } = await generate();
    expect(system.logs()).not.toContain(token);
    expect(await count(botUrl, 'quantspot_discord_responses_total{method="PATCH",status="503"}')).toBe(1);
    system.sandbox.faults.dropGateway();
    await until("the lost connection to be counted", async () => {
      return (await count(botUrl, "quantspot_discord_gateway_drops_total")) > 0;
    });
    await until("readiness", async () => (await fetch(`${botUrl}/readyz`)).status === 200);
  });

  it("with an engine is counted", async () => {
    for (const pid of await enginesOf(worker)) process.kill(pid, "SIGKILL");
    await until("the restart to be counted", async () => {
      return (await count(workerUrl, 'quantspot_engine_restarts_total{device="cpu"}')) === 1;
    });
  });
});

it("the Grafana that is shipped finds dashboard and data source where compose.yaml puts them", () => {
  const dashboard = JSON.parse(readFileSync("deploy/grafana/dashboards/quantspot.json", "utf8"));
  const source = readFileSync("deploy/grafana/provisioning/datasources/prometheus.yml", "utf8");
  const compose = readFileSync("deploy/compose.yaml", "utf8");
  const uid = /uid: (\S+)/.exec(source)?.[1];
  for (const panel of dashboard.panels) if (panel.type !== "row") expect(panel.datasource.uid).toBe(uid);
  const path = /path: (\S+)/.exec(
    readFileSync("deploy/grafana/provisioning/dashboards/quantspot.yml", "utf8"),
  )?.[1];
  expect(compose).toContain(`./grafana/dashboards:${path}:ro`);
});
