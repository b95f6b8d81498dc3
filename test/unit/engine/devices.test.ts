import { describe, expect, it } from "vitest";
import { engineCommand } from "../../../src/engine/command.ts";
import { resolveDevices } from "../../../src/engine/devices.ts";

describe("the devices", () => {
  const gpus = (count: number) => async () => count;

  it("are every GPU by default, and the CPU where there is none", async () => {
    expect(await resolveDevices(["auto"], gpus(2))).toEqual(["cuda:0", "cuda:1"]);
    expect(await resolveDevices(["auto"], gpus(0))).toEqual(["cpu"]);
  });
  it("are taken by name, each once", async () => {
    expect(await resolveDevices(["cuda:1", "cpu", "cuda:1"], gpus(8))).toEqual(["cuda:1", "cpu"]);
    expect(await resolveDevices(["cuda"], gpus(8))).toEqual(["cuda:0"]);
  });
  it("are refused by a sentence that names the setting", async () => {
    await expect(resolveDevices(["gpu1"], gpus(8))).rejects.toThrow("QUANTSPOT_DEVICE names 'gpu1'");
  });
});

describe("the engine's command", () => {
  const settings = { model: "tiny", keep: [], budgetGib: undefined, python: undefined };

  it("names the shipped model by its folder, a hub id as it is, and a folder from anywhere", () => {
    const model = (name: string) => {
      const { args } = engineCommand({ ...settings, model: name }, "cpu");
      return args[args.indexOf("--model") + 1];
    };
    expect(model("tiny")).toMatch(/^\/.*\/gpu-worker\/models\/tiny$/);
    expect(model("black-forest-labs/FLUX.1-dev")).toBe("black-forest-labs/FLUX.1-dev");
    expect(model("src")).toMatch(/^\/.*\/src$/);
  });
  it("passes the budget and what to keep", () => {
    const { args } = engineCommand({ ...settings, keep: ["bf16", "bnb-nf4"], budgetGib: 12.5 }, "cuda:1");
    expect(args.slice(args.indexOf("--device"))).toEqual([
      "--device",
      "cuda:1",
      "--budget-gib",
      "12.5",
      "--keep",
      "bf16,bnb-nf4",
    ]);
  });
  it("withholds the worker's secrets from the engine", () => {
    process.env.DISCORD_TOKEN = "secret";
    process.env.REDIS_URL_FILE = "/run/secrets/redis";
    const { env } = engineCommand(settings, "cpu");
    delete process.env.DISCORD_TOKEN;
    delete process.env.REDIS_URL_FILE;
    expect(Object.keys(env)).not.toContain("DISCORD_TOKEN");
    expect(Object.keys(env)).not.toContain("REDIS_URL_FILE");
    expect(env.PATH).toBe(process.env.PATH);
  });
});
