/** Debian's Prometheus with the shipped configuration, scraping what runs on this machine. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../../src/setup/ports.ts";
import { onPath } from "../../src/setup/processes.mjs";
import { until } from "./system.ts";

export const hasPrometheus = onPath("prometheus") !== undefined && onPath("promtool") !== undefined;

const vectorSchema = z.object({
  status: z.literal("success"),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
});
const alertsSchema = z.object({ data: z.object({ alerts: z.array(z.unknown()) }) });

export class Prometheus {
  readonly #url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.#url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param targets what stands for which target of the configuration, by address */
  static async start(targets: Record<string, string>): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "quantspot-prometheus-"));
    cpSync("deploy/prometheus", folder, { recursive: true });
    const file = join(folder, "prometheus.yml");
    let configuration = readFileSync(file, "utf8").replaceAll("15s", "1s");
    for (const [name, url] of Object.entries(targets))
      configuration = configuration.replace(name, new URL(url).host);
    writeFileSync(file, configuration);
    execFileSync("promtool", ["check", "config", file]);
    const port = await freePort();
    const args = [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`];
    const child = spawn("prometheus", [...args, `--web.listen-address=127.0.0.1:${port}`], {
      stdio: "ignore",
    });
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, child, folder);
    await until("Prometheus", () => prometheus.#isReady());
    return prometheus;
  }

  /** @throws when it can't be evaluated */
  async query(expression: string): Promise<{ metric: Record<string, string> }[]> {
    const response = await fetch(`${this.#url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
    const answer: unknown = await response.json();
    const { data, error } = vectorSchema.safeParse(answer);
    if (error) throw new Error(`${expression}: ${JSON.stringify(answer)}`);
    return data.data.result;
  }

  /** Those that fire or are about to. */
  async alerts(): Promise<unknown[]> {
    const response = await fetch(`${this.#url}/api/v1/alerts`);
    return alertsSchema.parse(await response.json()).data.alerts;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
    rmSync(this.#folder, { recursive: true });
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

/** What promtool objects to in a scrape, apart from names that prom-client itself gives. */
export function lintMetrics(metrics: string): string[] {
  const { stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: metrics,
    encoding: "utf8",
  });
  return `${stdout}${stderr}`.split("\n").filter((line) => /^quantspot_|^error/.test(line));
}

/** Every expression of the alert rules and the dashboard. */
export function shippedExpressions(): string[] {
  const rules = readFileSync("deploy/prometheus/alerts.yml", "utf8");
  const dashboard = JSON.parse(readFileSync("deploy/grafana/dashboards/quantspot.json", "utf8"));
  const targets = dashboard.panels.flatMap((panel: { targets?: { expr: string }[] }) => panel.targets ?? []);
  return [
    ...[...rules.matchAll(/^ +expr: (.+)$/gm)].map(([, expression = ""]) => expression),
    ...targets.map(({ expr }: { expr: string }) => expr),
  ];
}
