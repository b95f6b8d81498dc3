import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { engineCommand } from "../../../src/engine/command.ts";
import { resolveDevices, visibleGpus } from "../../../src/engine/devices.ts";

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
  it.each(["gpu1", "mps", "cuda:-1"])(
    "are refused by a sentence that names the setting: %s",
    async (name) => {
      await expect(resolveDevices([name], gpus(8))).rejects.toThrow(`QUANTSPOT_DEVICE names '${name}'`);
    },
  );
  it("are those that CUDA shows to PyTorch, which numbers them from 0", () => {
    expect(visibleGpus(undefined)).toBeUndefined();
    expect(visibleGpus("2,3")).toBe(2);
    expect(visibleGpus("GPU-8a1b, MIG-2c3d/1/0")).toBe(2);
    expect(visibleGpus("0,-1,1")).toBe(1);
    expect(visibleGpus("")).toBe(0);
  });
});

describe("the engine's command", () => {
  const settings = readConfig({}).engine;

  it("names the shipped model by its folder, a hub id as it is, and a folder from anywhere", () => {
    const model = (name: string) => {
      const { args } = engineCommand({ ...settings, model: name }, "cpu");
      return args[args.indexOf("--model") + 1];
    };
    expect(model("tiny")).toMatch(/^\/.*\/gpu-worker\/models\/tiny$/);
    expect(model("black-forest-labs/FLUX.1-dev")).toBe("black-forest-labs/FLUX.1-dev");
    expect(model("src")).toMatch(/^\/.*\/src$/);
  });
  it("passes every setting of the engine, paths as they are from anywhere", () => {
    const { engine } = readConfig({
      QUANTSPOT_BUDGET_GIB: "12.5",
      QUANTSPOT_KEEP: "bf16, bnb-nf4",
      QUANTSPOT_RECIPES: "bf16,gguf-q5_1",
      QUANTSPOT_WEIGHTS: "gguf-q4_k = owner/repo/file.gguf, bnb-nf4=src",
      QUANTSPOT_T5: "int8",
      QUANTSPOT_CACHE: "cache",
    });
    const { args, env } = engineCommand(engine, "cuda:1");
    expect(env.QUANTSPOT_CACHE).toBe(resolve("cache"));
    expect(args.slice(args.indexOf("--device"))).toEqual([
      ...["--device", "cuda:1", "--budget-gib", "12.5", "--keep", "bf16,bnb-nf4"],
      ...["--recipes", "bf16,gguf-q5_1"],
      ...["--weights", `gguf-q4_k=owner/repo/file.gguf,bnb-nf4=${resolve("src")}`],
      ...["--text-encoder", "int8"],
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
