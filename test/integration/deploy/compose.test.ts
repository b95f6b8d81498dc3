/** What can be held against deploy/ where no container runs: Debian's docker-compose reads it, and the rest is rules. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig, settingNames } from "../../../src/config.ts";
import { freePort } from "../../../src/setup/ports.ts";
import { onPath } from "../../../src/setup/processes.mjs";

interface Service {
  image?: string;
  healthcheck?: { test: string[] };
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  privileged?: boolean;
  restart?: string;
  ports?: (string | { host_ip?: string })[];
  volumes?: (string | { source?: string })[];
  build?: { dockerfile: string };
  environment?: Record<string, string>;
  command?: string[];
}

describe.skipIf(!onPath("docker-compose"))("compose.yaml (apt-get install docker-compose)", () => {
  let copy: string;
  let services: Record<string, Service>;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "quantspot-compose-"));
    cpSync("deploy", join(copy, "deploy"), { recursive: true });
    cpSync(".env.example", join(copy, ".env"));
    mkdirSync(join(copy, "deploy/secrets"));
    for (const name of ["discord_token", "redis_password", "grafana_password"])
      writeFileSync(join(copy, "deploy/secrets", name), "secret");
    const args = ["-p", "quantspot", "-f", join(copy, "deploy/compose.yaml"), "--profile", "observe"];
    execFileSync("docker-compose", [...args, "config", "--quiet"]);
    const text = execFileSync("docker-compose", [...args, "config"], { encoding: "utf8" });
    services = servicesOf(text);
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  /** docker-compose 1.29 writes YAML alone; Python, which the engine has anyway, reads it. */
  function servicesOf(yaml: string): Record<string, Service> {
    const read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)['services']))";
    return JSON.parse(
      execFileSync("gpu-worker/.venv/bin/python", ["-c", read], { input: yaml, encoding: "utf8" }),
    );
  }
  const healthOf = ({ healthcheck, build }: Service) =>
    healthcheck?.test.join(" ") ??
    (build &&
      readFileSync(join("deploy", build.dockerfile.replace(/^deploy\//, "")), "utf8").match(
        /^HEALTHCHECK[\s\S]*?CMD (.*)$/m,
      )?.[1]);

  it("is one service each for Redis, bot, worker, Prometheus and Grafana", () => {
    expect(Object.keys(services).sort()).toEqual(["bot", "grafana", "prometheus", "redis", "worker"]);
  });

  it("gives every service a health check, a read-only root, no capabilities and no way to more rights", () => {
    for (const [name, service] of Object.entries(services)) {
      expect(healthOf(service), name).toBeTruthy();
      expect(service, name).toMatchObject({ read_only: true, cap_drop: ["ALL"], restart: "unless-stopped" });
      expect(service.security_opt, name).toContain("no-new-privileges:true");
      expect(service.privileged, name).toBeUndefined();
    }
  });

  it("opens no port beyond loopback, and none of Redis, bot and worker", () => {
    for (const [name, { ports = [] }] of Object.entries(services)) {
      for (const port of ports) expect(JSON.stringify(port), name).toContain("127.0.0.1");
      if (["redis", "bot", "worker"].includes(name)) expect(ports, name).toEqual([]);
    }
  });

  it("mounts only files that are there", () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => (typeof volume === "string" ? volume.split(":")[0] : volume.source) ?? ""),
    );
    const files = mounted.filter((path) => path.startsWith("/"));
    expect(files.length).toBeGreaterThan(3);
    for (const path of files) expect(() => readFileSync(path), path).not.toThrow(/ENOENT/);
  });

  // .env.example's empty lines came after the image's own settings: the worker looked for its Python where none was, and
  // for its cache on a root that is read-only.
  it("leaves nothing empty that an image has set", () => {
    for (const [name, { build, environment = {} }] of Object.entries(services)) {
      if (!build) continue;
      const image = readFileSync(join("deploy", build.dockerfile.replace(/^deploy\//, "")), "utf8");
      const [, set = ""] = /^ENV ((?:.*\\\n)*.*)$/m.exec(image) ?? [];
      const names = [...set.matchAll(/(\w+)=/g)].map(([, variable = ""]) => variable);
      expect(names).toContain("QUANTSPOT_STATUS_PORT");
      for (const variable of names) expect(environment[variable], `${variable} of ${name}`).not.toBe("");
    }
  });

  // Redis stood at the end of a pipe: the shell before it was told to stop, did not pass that on, and Redis was killed
  // when its time was over.
  it("starts Redis in the shell's own place, with the password, and it leaves when it is told to", async () => {
    const [conf, password, port] = [join(copy, "redis.conf"), join(copy, "password"), await freePort()];
    const shipped = readFileSync("deploy/redis.conf", "utf8").replace("dir /data", `dir ${copy}`);
    writeFileSync(conf, `${shipped}\nport ${port}\n`);
    writeFileSync(password, "secret");
    const script = (services.redis?.command?.at(-1) ?? "")
      .replaceAll("$$", "$")
      .replace("/etc/quantspot/redis.conf", conf)
      .replace("/run/secrets/redis_password", password);
    const server = spawn("sh", ["-c", script], { stdio: "ignore" });
    const redis = new Redis({ port, password: "secret", maxRetriesPerRequest: null });
    redis.on("error", () => {}); // until it listens
    expect(await redis.config("GET", "appendonly")).toEqual(["appendonly", "yes"]);
    redis.disconnect();
    server.kill("SIGTERM");
    expect(await once(server, "exit")).toEqual([0, null]);
  });

  it("gives bot and worker settings that they can use", () => {
    for (const name of ["bot", "worker"]) {
      const { environment = {} } = services[name] ?? {};
      const ours = Object.fromEntries(
        Object.entries(environment).filter(([key]) => settingNames.includes(key)),
      );
      expect(readConfig({ ...ours, DISCORD_TOKEN: "x" }).status, name).toMatchObject({
        host: "0.0.0.0",
        port: 9464,
      });
    }
  });
});

it.skipIf(!onPath("systemd-analyze"))("systemd finds nothing to object to in its units", () => {
  for (const unit of readdirSync("deploy/systemd")) {
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", join("deploy/systemd", unit)], {
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain("quantspot"); // a word it does not know it only speaks of
  }
});

it("every image is named by an exact version, and runs as nobody of importance", () => {
  const dockerfiles = readdirSync("deploy").filter((name) => name.endsWith(".Dockerfile"));
  expect(dockerfiles).toHaveLength(2);
  for (const name of dockerfiles) {
    const text = readFileSync(join("deploy", name), "utf8");
    for (const [, image] of text.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/:\d+\.\d+\.\d+/);
    expect(text.lastIndexOf("\nUSER node")).toBeGreaterThan(text.lastIndexOf("\nFROM"));
  }
  for (const [, image = ""] of readFileSync("deploy/compose.yaml", "utf8").matchAll(/^ +image: (\S+)/gm))
    if (!image.startsWith("quantspot-")) expect(image).toMatch(/:v?\d+\.\d+\.\d+/);
});
