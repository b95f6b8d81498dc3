import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hasPrometheus } from "../../support/prometheus.ts";

it.skipIf(!hasPrometheus)(
  "every alert fires on what it is for, and none where all is well (apt-get install prometheus)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "quantspot-alerts-"));
    const rules = readFileSync("deploy/prometheus/alerts.yml", "utf8");
    const count = rules.match(/- alert: /g)?.length ?? 0;
    expect(count).toBeGreaterThan(10);
    copyFileSync("deploy/prometheus/alerts.yml", join(folder, "alerts.yml"));
    const tests = readFileSync("test/fixtures/alerts.test.yml", "utf8").replace("COUNT", String(count));
    writeFileSync(join(folder, "alerts.test.yml"), tests);
    const told = execFileSync("promtool", ["test", "rules", join(folder, "alerts.test.yml")], {
      encoding: "utf8",
    });
    expect(told).toContain("SUCCESS");
    rmSync(folder, { recursive: true });
  },
);
