/** Outputs of npm audit 10 and pip-audit 2.10, shortened. */
import { describe, expect, it } from "vitest";
import { verdictOfNpm, verdictOfPip } from "../../../.ci/audit.mjs";

const npm = (total: number, vulnerabilities: object) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: { total } } });

describe("the audit of packages", () => {
  it("names what is weak", () => {
    expect(verdictOfNpm(npm(1, { undici: { severity: "high" } }))).toMatchObject({ state: "found" });
    const weak = { name: "pillow", version: "1.0", vulns: [{ id: "PYSEC-1" }] };
    expect(verdictOfPip(JSON.stringify({ dependencies: [weak] })).sentence).toMatch(
      /pillow 1\.0 \(PYSEC-1\)/,
    );
  });

  it("says that nothing is known of weaknesses only when somebody has looked", () => {
    expect(verdictOfNpm(npm(0, {})).state).toBe("clean");
    const fine = { name: "pillow", version: "1.0", vulns: [] };
    expect(verdictOfPip(JSON.stringify({ dependencies: [fine] })).state).toBe("clean");
    // A registry that is only a mirror answers neither: without this it counted as clean.
    expect(verdictOfNpm('{"message":"405 Method Not Allowed","statusCode":405}').state).toBe("unknown");
    const skipped = { name: "pillow", skip_reason: "Dependency not found on PyPI" };
    expect(verdictOfPip(JSON.stringify({ dependencies: [skipped] })).sentence).toMatch(/NOT AUDITED/);
    expect(verdictOfPip("").state).toBe("unknown");
  });
});
