/** What the engine needs of its host: GPU and driver, a Python with the right packages, a compiler, recipes that run. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { type EngineSettings, recipeArguments } from "../engine/command.ts";
import { resolveDevices } from "../engine/devices.ts";
import { recipeReportSchema } from "../engine/protocol.ts";
import { places } from "../setup/places.mjs";
import { onPath, run } from "../setup/processes.mjs";
import { type Finding, ok, warning, wrong } from "./finding.ts";

const PROBE_MS = 120_000;
const GPU = "GPU";
const PACKAGES = "Python packages";

/** Exit status of the engine's `recipes` where it can't use a setting. */
const UNUSABLE = 3;

type Settings = Pick<EngineSettings, "python" | "keep" | "recipes" | "weights"> & { devices: string[] };

export async function checkEngine(settings: Settings): Promise<Finding[]> {
  const devices = await resolveDevices(settings.devices).catch((error: Error) => error);
  if (devices instanceof Error) return [wrong(GPU, devices.message, "Correct QUANTSPOT_DEVICE.")];
  const python = settings.python ?? places.environmentPython;
  const wantsGpu = devices.some((device) => device.startsWith("cuda"));
  const findings = [
    ...(await checkGpu(devices, wantsGpu)),
    ...(await checkPackages(python, settings.python !== undefined)),
    checkCompiler(),
  ];
  // Each of these would only say again, in worse words, what is wrong before it.
  if (isBroken(findings)) return findings;
  if (wantsGpu) findings.push(...(await checkTorch(python)));
  if (isBroken(findings)) return findings;
  for (const device of devices) {
    findings.push(await checkRecipes(python, device, recipeArguments(settings)));
    if (isBroken(findings)) break; // another device would only say it again
  }
  return findings;
}

const isBroken = (findings: Finding[]): boolean => findings.some(({ state }) => state === "wrong");

async function checkGpu(devices: string[], wanted: boolean): Promise<Finding[]> {
  const tool = onPath("nvidia-smi");
  const slow = "Fine for tiny; for FLUX, install NVIDIA's driver on a machine with a GPU.";
  if (!tool)
    return wanted
      ? [
          wrong(
            GPU,
            `QUANTSPOT_DEVICE wants ${devices.join(", ")}, and no NVIDIA driver is here`,
            "Install NVIDIA's driver, or set QUANTSPOT_DEVICE=cpu.",
          ),
        ]
      : [warning(GPU, "none here: the engine runs on the CPU", slow)];
  const { code, output } = await run(
    tool,
    ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"],
    { timeoutMs: 20_000 },
  );
  if (code !== 0)
    return [
      wrong(
        GPU,
        `NVIDIA's driver does not answer: ${output.split("\n")[0] ?? ""}`,
        "Reboot, or install the driver that fits this kernel.",
      ),
    ];
  const gpus = output.split("\n").filter(Boolean);
  const beyond = devices.find((device) => Number(/^cuda:(\d+)$/.exec(device)?.[1] ?? -1) >= gpus.length);
  if (beyond)
    return [wrong(GPU, `there is no ${beyond}, only ${gpus.length} GPUs`, "Correct QUANTSPOT_DEVICE.")];
  return gpus.map((gpu) => ok(GPU, gpu));
}

async function checkPackages(python: string, isOwn: boolean): Promise<Finding[]> {
  if (!existsSync(python))
    return [
      isOwn
        ? wrong(
            "Python",
            `QUANTSPOT_PYTHON names ${python}, which is not there`,
            "Correct it, or leave it empty for the environment that set-up makes.",
          )
        : wrong(
            "Python",
            "the engine's environment is not made yet",
            "Run: npm run worker. It makes it at its first start.",
          ),
    ];
  const { code, output } = await run(python, [places.installedCheck, places.requirements], {
    timeoutMs: PROBE_MS,
  });
  if (code === 0) return [ok(PACKAGES, "all as gpu-worker/requirements.lock has them")];
  const reason = output.split("\n").at(-1) ?? "";
  if (isOwn)
    return [
      warning(
        PACKAGES,
        `not as gpu-worker/requirements.lock has them: ${reason}`,
        `Run: ${python} -m pip install -r gpu-worker/requirements.lock`,
      ),
    ];
  return [wrong(PACKAGES, reason, "Remove gpu-worker/.venv, then run: npm run worker. It makes it anew.")];
}

function checkCompiler(): Finding {
  if (onPath("g++")) return ok("Compiler", "g++");
  return warning(
    "Compiler",
    "no g++: quanto-int4 and the compiled recipes are not offered",
    "Install it and Python's headers (Debian: apt install g++ python3-dev).",
  );
}

const torchSchema = z.object({ version: z.string(), cuda: z.string().nullable(), available: z.boolean() });
const TORCH = `import json, torch
print(json.dumps({"version": torch.__version__, "cuda": torch.version.cuda, "available": torch.cuda.is_available()}))`;

async function checkTorch(python: string): Promise<Finding[]> {
  const { output } = await run(python, ["-c", TORCH], { timeoutMs: PROBE_MS });
  const { data: torch } = torchSchema.safeParse(parsed(output.split("\n").at(-1)));
  if (!torch)
    return [
      wrong(
        "PyTorch",
        `it can't be imported: ${output.split("\n").at(-1)}`,
        "Remove gpu-worker/.venv, then run: npm run worker.",
      ),
    ];
  if (torch.cuda === null)
    return [
      wrong(
        "PyTorch",
        `${torch.version} is a build for CPUs`,
        "Remove gpu-worker/.venv, then run: npm run worker. It takes the build for this machine's GPU.",
      ),
    ];
  if (!torch.available)
    return [
      wrong(
        "PyTorch",
        `${torch.version} can't use the GPU with this driver`,
        `Install a driver for CUDA ${torch.cuda} or newer.`,
      ),
    ];
  return [ok("PyTorch", `${torch.version} uses the GPU, CUDA ${torch.cuda}`)];
}

const recipesSchema = z.array(recipeReportSchema);

async function checkRecipes(python: string, device: string, named: string[]): Promise<Finding> {
  const about = `Recipes on ${device}`;
  const args = ["-m", "quantspot_worker", "recipes", "--device", device, ...named];
  const { code, output } = await run(python, args, {
    timeoutMs: PROBE_MS,
    env: { PYTHONPATH: places.engine },
  });
  if (code === UNUSABLE)
    return wrong(
      "Recipes",
      output.split("\n").at(-1) ?? "",
      "Correct QUANTSPOT_RECIPES, QUANTSPOT_KEEP or QUANTSPOT_WEIGHTS; no engine can start so.",
    );
  const { data: recipes } = recipesSchema.safeParse(parsed(output.slice(output.indexOf("["))));
  if (!recipes)
    return wrong(
      about,
      `the engine can't tell: ${output.split("\n").at(-1)}`,
      "Its own words say what is missing.",
    );
  const not = recipes.filter(({ runnable }) => !runnable);
  const found = `${recipes.length - not.length} of ${recipes.length} run`;
  if (not.length === recipes.length)
    return wrong(about, `${found}: ${not[0]?.reason?.message}`, "See the reason.");
  return ok(about, not.length === 0 ? found : `${found}; not ${not.map(({ id }) => id).join(", ")}`);
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
