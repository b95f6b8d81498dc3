import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { isAlive } from "../../../src/setup/alive.mjs";
import { places } from "../../../src/setup/places.mjs";
import { checkoutWith, runSetup } from "./checkout.ts";

const LOCK = JSON.stringify({ packages: { "": {}, "node_modules/tsx": { version: "1.0.0" } } });
const TSX = "export {}; // node strips nothing here: the programs below are plain JavaScript\n";
const PROGRAM = "console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 7;\n";

/** npm's stand-in: counts its calls and installs what the lock says. */
const NPM = `#!/bin/sh
echo call >> calls
mkdir -p node_modules/tsx
echo '{"name":"tsx","type":"module","exports":"./index.js"}' > node_modules/tsx/package.json
echo '${TSX.trim()}' > node_modules/tsx/index.js
cp package-lock.json node_modules/.package-lock.json
`;

const node = (program: string, ...args: string[]) => ["--for", "node", "--", program, ...args];
const calls = (root: string) => readFileSync(join(root, "calls"), "utf8").split("\n").length - 1;

test("installs once, then again only when the lock changed, and is quiet otherwise", async () => {
  const root = checkoutWith({ "package-lock.json": LOCK, "bin/npm": NPM, "program.mjs": PROGRAM });
  const first = await runSetup(root, node("program.mjs", "--a", "b c")).done;
  expect(first).toMatchObject({ code: 7, stdout: '["--a","b c"]\n' });
  expect(first.stderr).toMatch(/✓ Node packages \d+\.\d s/);

  const second = await runSetup(root, node("program.mjs")).done;
  expect(second).toMatchObject({ code: 7, stderr: "" });
  expect(calls(root)).toBe(1);

  writeFileSync(join(root, "package-lock.json"), LOCK.replace("1.0.0", "1.0.1"));
  await runSetup(root, node("program.mjs")).done;
  expect(calls(root)).toBe(2);
});

test("leaves a production install alone when only the bot's own packages are needed", async () => {
  const lock = JSON.stringify({
    packages: {
      "": {},
      "node_modules/tsx": { version: "1.0.0" },
      "node_modules/vitest": { version: "4.0.0", dev: true },
    },
  });
  const root = checkoutWith({ "package-lock.json": LOCK, "bin/npm": NPM, "program.mjs": PROGRAM });
  await runSetup(root, node("program.mjs")).done;
  writeFileSync(join(root, "package-lock.json"), lock);
  await runSetup(root, node("program.mjs")).done;
  expect(calls(root)).toBe(1);
});

test("an install that was killed in the middle is done again, and npm does not outlive it", async () => {
  const slow = NPM.replace("mkdir", "test -e slept || { echo > slept; echo $$ > pid; sleep 60; }\nmkdir");
  const root = checkoutWith({ "package-lock.json": LOCK, "bin/npm": slow, "program.mjs": PROGRAM });
  const { child, done } = runSetup(root, node("program.mjs"));
  while (!existsSync(join(root, "pid"))) await sleep(20);
  child.kill("SIGKILL");
  await done;
  const npm = Number(readFileSync(join(root, "pid"), "utf8"));
  await expect.poll(() => isAlive(npm)).toBe(false);
  expect(await runSetup(root, node("program.mjs")).done).toMatchObject({ code: 7 });
});

test("signals are the program's own", async () => {
  const program =
    'process.on("SIGTERM", () => process.exit(3));\nsetInterval(() => {}, 9);\nconsole.log("up");\n';
  const root = checkoutWith({ "package-lock.json": LOCK, "bin/npm": NPM, "program.mjs": program });
  const { child, done } = runSetup(root, node("program.mjs"));
  child.stdout.once("data", () => child.kill("SIGTERM"));
  expect(await done).toMatchObject({ code: 3, signal: null });
});

test.each([
  [
    { "bin/npm": "#!/bin/sh\necho npm error code EAI_AGAIN; exit 1\n" },
    /can't be reached\. Check the network/,
  ],
  [
    { "bin/npm": "#!/bin/sh\necho npm error code EINTEGRITY; exit 1\n" },
    /broke off or arrived damaged\. Run the same/,
  ],
  [{ "bin/npm": "#!/bin/sh\necho npm error ENOSPC; exit 1\n" }, /disk is full/],
  [{}, /npm is missing\. Install npm/],
])("says in one sentence what to do: %o", async (files, sentence) => {
  const root = checkoutWith({ "package-lock.json": LOCK, "program.mjs": PROGRAM, ...files });
  const { code, stdout, stderr } = await runSetup(root, node("program.mjs")).done;
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  expect(stderr).toMatch(sentence);
});

const PINS = { "gpu-worker/requirements.lock": "torch==2.13.0\n", "package-lock.json": LOCK, "bin/npm": NPM };
const worker = ["--for", "worker", "--", "program.mjs"];

test.each([
  ["none", {}, /No Python >= 3\.11 is on the PATH\. Install python3 .*then run the same command again/],
  [
    "an old one",
    { "bin/python3": "#!/bin/sh\necho 3 9\n" },
    /on the PATH \(python3 is 3\.9\)\. Install python3/,
  ],
])("names what is wrong with the machine's Python: %s", async (_, files, sentence) => {
  const root = checkoutWith({ ...PINS, "program.mjs": PROGRAM, ...files });
  const { code, stderr } = await runSetup(root, worker).done;
  expect(code).toBe(1);
  expect(stderr).toMatch(sentence);
});

test("an operator's own Python runs the engine, and no environment is made", async () => {
  const root = checkoutWith({
    ...PINS,
    "program.mjs": PROGRAM,
    ".env": "QUANTSPOT_PYTHON=/opt/own/python\n",
  });
  expect(await runSetup(root, worker).done).toMatchObject({ code: 7 });
  expect(existsSync(join(root, "gpu-worker/.venv"))).toBe(false);
});

// Incident: after `cp .env.example .env` the demo installed no Redis, and then had none to start.
test("the demo's Redis is installed although .env names the bot's, and not where the start names one", async () => {
  const root = checkoutWith({
    ...PINS,
    "program.mjs": PROGRAM,
    ".env": "QUANTSPOT_PYTHON=/opt/own/python\nREDIS_URL=redis://127.0.0.1:6379\n",
  });
  const demo = ["--for", "demo", "--", "program.mjs"];
  const own = await runSetup(root, demo).done;
  expect(own.code).toBe(1);
  expect(own.stderr).toMatch(/✗ Redis/);
  expect(await runSetup(root, demo, { REDIS_URL: "redis://127.0.0.1:6379" }).done).toMatchObject({ code: 7 });
});

test("an environment without a stamp stays when every pin is there whole, else it is made anew", async () => {
  const venv = "gpu-worker/.venv/bin/python";
  const says = (code: number) => `#!/bin/sh\nexit ${code}\n`;
  const whole = checkoutWith({ ...PINS, "program.mjs": PROGRAM, [venv]: says(0) });
  const half = checkoutWith({ ...PINS, "program.mjs": PROGRAM, [venv]: says(1) });
  symlinkSync("/bin/chmod", join(whole, "bin/chmod"));
  const { chmodSync } = await import("node:fs");
  chmodSync(join(whole, venv), 0o755);
  chmodSync(join(half, venv), 0o755);
  expect(await runSetup(whole, worker).done).toMatchObject({ code: 7 });
  expect(existsSync(join(whole, "gpu-worker/.venv/quantspot-stamp.json"))).toBe(true);
  expect((await runSetup(half, worker).done).stderr).toContain("No Python >= 3.11");
  expect(existsSync(join(half, venv))).toBe(false);
});

test("a start with everything in place costs under 300 ms before the program", async () => {
  const root = checkoutWith({
    "package-lock.json": readFileSync(places.packageLock, "utf8"),
    "bin/npm": NPM,
  });
  writeFileSync(join(root, "program.mjs"), "console.log(performance.now());\n");
  await runSetup(root, node("program.mjs")).done;
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(Number((await runSetup(root, node("program.mjs")).done).stdout));
  expect(Math.min(...times)).toBeLessThan(300);
});
