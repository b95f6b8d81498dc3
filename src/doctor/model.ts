/** The model: there, or to be had from the hub with the login that is here; and room for it on the disk. */
import { existsSync, mkdirSync, readFileSync, statfsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { places } from "../setup/places.mjs";
import { reasonOf } from "./discord.ts";
import { type Finding, ok, warning, wrong } from "./finding.ts";
import { damageOf } from "./pipeline.ts";

const ABOUT = "Model";
const GIB = 1024 ** 3;
/** FLUX.1-dev's pipeline, and about as much of quantized variants and compiled kernels. */
const MODEL_GIB = 34;
const CACHE_GIB = 20;
const LEAST_GIB = 1;
const HUB_MS = 15_000;

export async function checkModel(model: string): Promise<Finding> {
  const folder = model === "tiny" ? join(places.engine, "models/tiny") : model;
  if (existsSync(folder)) {
    if (!existsSync(join(folder, "model_index.json")))
      return wrong(
        ABOUT,
        `${folder} holds no pipeline of diffusers (no model_index.json)`,
        "Correct QUANTSPOT_MODEL.",
      );
    const damage = damageOf(folder);
    if (damage === undefined) return ok(ABOUT, model);
    const again = model === "tiny" ? `Run: git checkout -- ${folder}` : "Copy or fetch that folder again.";
    return wrong(ABOUT, `in ${folder}, ${damage}`, again);
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(model))
    return wrong(
      ABOUT,
      `there is no folder ${model}`,
      "Set QUANTSPOT_MODEL to tiny, a folder, or an id at the hub such as black-forest-labs/FLUX.1-dev.",
    );
  return atHub(model);
}

/** Asks for the first file that would be fetched, with the login that the engine would use. */
async function atHub(model: string): Promise<Finding> {
  const hub = process.env.HF_ENDPOINT || "https://huggingface.co";
  const token = hubToken();
  const url = `${hub}/${model}/resolve/main/model_index.json`;
  try {
    const { status } = await fetch(url, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(HUB_MS),
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    if (status < 400) return ok(ABOUT, `${model} may be fetched from the hub`);
    if (status === 404) return wrong(ABOUT, `the hub knows no ${model}`, "Correct QUANTSPOT_MODEL.");
    if (status === 401 || status === 403)
      return wrong(
        ABOUT,
        token
          ? `this hub login may not fetch ${model}`
          : `${model} wants a login at the hub, and none is here`,
        `Accept its licence on ${hub}/${model}, make a token that may read it, and set HF_TOKEN.`,
      );
    return warning(
      ABOUT,
      `the hub answered ${status}`,
      "Try again later; what is in the cache is used meanwhile.",
    );
  } catch (error) {
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    const cached = existsSync(join(hubFolder(), "hub", `models--${model.replace("/", "--")}`));
    if (cached)
      return warning(
        ABOUT,
        `the hub can't be reached (${reason})`,
        "What is in the cache is used meanwhile.",
      );
    return wrong(
      ABOUT,
      `the hub can't be reached (${reason}), and ${model} is not in the cache`,
      "Check the network and proxy, or copy the model here and name its folder in QUANTSPOT_MODEL.",
    );
  }
}

/** Weights for single recipes: what is no path must be a name at the hub. */
export function checkWeights(weights: { recipe: string; place: string }[]): Finding[] {
  const missing = weights.filter(({ place }) => !existsSync(place) && !/^[\w.-]+(\/[\w.-]+)+$/.test(place));
  return missing.map(({ recipe, place }) =>
    wrong("Weights", `${place}, for ${recipe}, is not there`, "Correct QUANTSPOT_WEIGHTS."),
  );
}

const hubFolder = (): string =>
  process.env.HF_HOME || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface");

function hubToken(): string | undefined {
  if (process.env.HF_TOKEN) return process.env.HF_TOKEN;
  const file = process.env.HF_TOKEN_PATH || join(hubFolder(), "token");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** @param cache QUANTSPOT_CACHE */
export function checkDisk(model: string, cache: string | undefined): Finding[] {
  const fetched = model !== "tiny" && !existsSync(model);
  const own = cache ?? join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "quantspot");
  const folders: [string, string, number][] = [["engine's cache", own, fetched ? CACHE_GIB : LEAST_GIB]];
  const there = existsSync(join(hubFolder(), "hub", `models--${model.replace("/", "--")}`));
  if (fetched && !there) folders.push(["hub's cache", hubFolder(), MODEL_GIB]);
  return folders.map(([name, folder, wanted]) => checkFolder(`Disk of the ${name}`, folder, wanted));
}

function checkFolder(about: string, folder: string, wantedGib: number): Finding {
  try {
    mkdirSync(folder, { recursive: true });
    const { bavail, bsize } = statfsSync(folder);
    const free = (bavail * bsize) / GIB;
    const found = `${free.toFixed(1)} GiB free for ${folder}`;
    const room = "Free some space, or name a folder on another disk (QUANTSPOT_CACHE, HF_HOME).";
    if (free < LEAST_GIB) return wrong(about, found, room);
    if (free < wantedGib) return warning(about, `${found}; up to ${wantedGib} GiB may be needed`, room);
    return ok(about, found);
  } catch (error) {
    return wrong(
      about,
      `${folder} can't be used: ${error instanceof Error ? error.message : error}`,
      "Give this user the right to write there, or name another folder (QUANTSPOT_CACHE, HF_HOME).",
    );
  }
}
