/**
 * The only reader of the environment. `.env` in the working folder is read first (dotenv), real variables win.
 * Every setting has one row here; .env.example documents the same rows.
 */
import { readFileSync } from "node:fs";
import { config as loadDotenv } from "dotenv";
import { z } from "zod";
import { snowflake } from "./discord/snowflake.ts";

const GIB = 1024 ** 3;
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean),
);
const weights = z.string().transform((entry, context) => {
  const [recipe, ...rest] = entry.split("=");
  const place = rest.join("=").trim();
  if (recipe && place) return { recipe: recipe.trim(), place };
  context.addIssue({ code: "custom", message: "must be entries such as gguf-q4_k=FILE, with commas" });
  return z.NEVER;
});
const number = z.coerce.number("must be a number");
const amount = number.positive("must be a number above 0");
const count = number.int("must be a whole number").positive("must be a whole number above 0");
const PORTS = "must be a port, from 1 to 65535";
const port = z.coerce.number(PORTS).int(PORTS).min(1, PORTS).max(65_535, PORTS);
const oneOf = <const Names extends readonly string[]>(...names: Names) =>
  z.enum(names, `must be one of ${names.join(", ")}`);
const address = (example: string, protocol: RegExp) =>
  z.url({
    protocol,
    error: ({ input }) =>
      Number(/:(\d+)\/?$/.exec(String(input))?.[1] ?? 0) > 65_535
        ? "has a port above 65535"
        : `must be an address such as ${example}`,
  });

const settingsSchema = z.object({
  /** The bot's token, from Discord's developer portal. Needed by the bot and by `npm run register`. */
  DISCORD_TOKEN: z.string().min(1).optional(),
  /** Discord's REST address without the version. Change it only to talk to another Discord than Discord's own. */
  DISCORD_API_URL: address("https://discord.com/api", /^https?$/).default("https://discord.com/api"),
  /** Set: commands are registered in this server only, at once. Unset: in every server that has the bot. */
  DISCORD_GUILD_ID: snowflake.optional(),
  /** The bot's home server: its moderators may pause and drain the queue, as the application's owners may anywhere. */
  DISCORD_HOME_GUILD_ID: snowflake.optional(),
  /** Set: the bot is one process for each of so many shards, or as many as Discord recommends with `auto`. */
  QUANTSPOT_SHARDS: z.union([z.literal("auto"), count], "must be auto, or a number above 0").optional(),
  REDIS_URL: address("redis://127.0.0.1:6379", /^rediss?$/).default("redis://127.0.0.1:6379"),
  /** Redis' password, where it is not part of REDIS_URL: a secret of its own can lie in a file of its own. */
  REDIS_PASSWORD: z.string().min(1).optional(),
  /** `tiny`, a folder with a diffusers pipeline, or a hub id such as black-forest-labs/FLUX.1-dev. */
  QUANTSPOT_MODEL: z.string().min(1).default("tiny"),
  /** `auto` (every GPU, else the CPU), `cpu`, or devices such as `cuda:1`, several with commas. */
  QUANTSPOT_DEVICE: list.default(["auto"]),
  /** Recipes that each engine loads at start and keeps, with commas. */
  QUANTSPOT_KEEP: list.default([]),
  /** Recipes that members are offered, with commas; unset, the article's and fp8-w8a8, int8-w8a8. */
  QUANTSPOT_RECIPES: list.default([]),
  /** Weights for single recipes, as RECIPE=PLACE with commas: a GGUF file, a saved transformer, or either at the hub. */
  QUANTSPOT_WEIGHTS: list.pipe(z.array(weights)).default([]),
  /** Precision of T5, which all variants share; unset, as it was saved. */
  QUANTSPOT_T5: oneOf("bf16", "int8", "nf4", "fp8").optional(),
  /** Memory in GiB that the variants of one engine may use together; unset, the engine takes its device's measure. */
  QUANTSPOT_BUDGET_GIB: amount.optional(),
  /** Folder of what the engine can make again (GGUF files, compiled kernels, checksums); unset, the user's cache. */
  QUANTSPOT_CACHE: z.string().min(1).optional(),
  /** How the engine computes: `stock` is the libraries' own way, `auto` this project's faster one on a GPU. */
  QUANTSPOT_EXECUTION: oneOf("auto", "fast", "stock").default("auto"),
  /** The Python that runs the engine; unset, the one that set-up made in gpu-worker/.venv. */
  QUANTSPOT_PYTHON: z.string().min(1).optional(),
  /** Requests that may wait in all before new ones are refused. */
  QUANTSPOT_QUEUE_LIMIT: count.default(20_000),
  /** Requests that one member may have waiting or running at once. */
  QUANTSPOT_MEMBER_LIMIT: count.default(8),
  /** Memory in GiB that kept images may take in Redis; the oldest leave first. */
  QUANTSPOT_IMAGE_BUDGET_GIB: amount.default(2),
  /** Where health, metrics and the queue's board are served: loopback, unless a network of the operator's own reads them. */
  QUANTSPOT_STATUS_HOST: z.string().min(1).default("127.0.0.1"),
  /** Unset: nothing is served. Of a bot in shards, each serves on the port of its number further up. */
  QUANTSPOT_STATUS_PORT: port.optional(),
  /** Asked for by the board; without one it is there on loopback only. */
  QUANTSPOT_BOARD_PASSWORD: z.string().min(8, "must have at least 8 characters").optional(),
  /** A collector of OpenTelemetry, that takes OTLP over HTTP; unset, nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: address("http://127.0.0.1:4318", /^https?$/).optional(),
  LOG_LEVEL: oneOf("trace", "debug", "info", "warn", "error", "silent").default("info"),
});

/** What can be set, by the names of the environment. */
export const settingNames = Object.keys(settingsSchema.shape);

export type Config = ReturnType<typeof toConfig>;

function toConfig(settings: z.infer<typeof settingsSchema>) {
  return {
    discord: {
      token: settings.DISCORD_TOKEN,
      apiUrl: settings.DISCORD_API_URL,
      guildId: settings.DISCORD_GUILD_ID,
      homeGuildId: settings.DISCORD_HOME_GUILD_ID,
      shards: settings.QUANTSPOT_SHARDS,
    },
    redisUrl: withPassword(settings.REDIS_URL, settings.REDIS_PASSWORD),
    engine: {
      model: settings.QUANTSPOT_MODEL,
      devices: settings.QUANTSPOT_DEVICE,
      keep: settings.QUANTSPOT_KEEP,
      recipes: settings.QUANTSPOT_RECIPES,
      weights: settings.QUANTSPOT_WEIGHTS,
      textEncoder: settings.QUANTSPOT_T5,
      budgetGib: settings.QUANTSPOT_BUDGET_GIB,
      cache: settings.QUANTSPOT_CACHE,
      execution: settings.QUANTSPOT_EXECUTION,
      python: settings.QUANTSPOT_PYTHON,
    },
    limits: { queue: settings.QUANTSPOT_QUEUE_LIMIT, perMember: settings.QUANTSPOT_MEMBER_LIMIT },
    imageBudgetBytes: settings.QUANTSPOT_IMAGE_BUDGET_GIB * GIB,
    status: {
      host: settings.QUANTSPOT_STATUS_HOST,
      port: settings.QUANTSPOT_STATUS_PORT,
      boardPassword: settings.QUANTSPOT_BOARD_PASSWORD,
    },
    tracesEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: settings.LOG_LEVEL,
  };
}

interface Problem {
  setting: string;
  says: string;
}

/** Settings that can't be used. The message names each one and says what it should be. */
export class ConfigError extends Error {
  override name = "ConfigError";
  /** Their names. */
  readonly settings: readonly string[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ says }) => says);
    super(`These settings can't be used (see .env.example):\n  ${lines.join("\n  ")}`);
    this.settings = problems.map(({ setting }) => setting);
  }
}

/**
 * Reads and checks every setting. `NAME_FILE` names a file that holds the value of `NAME`, for secrets.
 * @throws ConfigError naming every wrong setting at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv = readEnvironment()): Config {
  const values: Record<string, string | undefined> = {};
  const unreadable: Problem[] = [];
  for (const name of settingNames) {
    const file = environment[`${name}_FILE`];
    try {
      // Empty counts as unset: that is what an emptied line in .env means.
      values[name] = (file ? readFileSync(file, "utf8").trim() : environment[name]) || undefined;
    } catch (error) {
      unreadable.push({ setting: name, says: `${name}_FILE names ${file}, which ${whyUnreadable(error)}.` });
    }
  }
  const parsed = settingsSchema.safeParse(values);
  if (parsed.success && unreadable.length === 0) return toConfig(parsed.data);
  const issues = parsed.error?.issues ?? [];
  throw new ConfigError([
    ...unreadable,
    ...issues.map(({ path, message }) => ({
      setting: String(path[0]),
      says: `${path.join(".")}: ${message}`,
    })),
  ]);
}

/** What is set, without these settings: for whoever looks at the others. */
export function readConfigWithout(settings: readonly string[]): Config {
  const left = Object.entries(readEnvironment()).filter(
    ([name]) => !settings.includes(name.replace(/_FILE$/, "")),
  );
  return readConfig(Object.fromEntries(left));
}

/** For programs: a setting that can't be used ends them with its sentence. */
export function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof ConfigError) return exit(error.message);
    throw error;
  }
}

/** The bot's token; without one the program ends, saying where it goes. */
export function discordToken({ discord }: Config): string {
  return (
    discord.token ??
    exit("DISCORD_TOKEN is not set. Put the bot's token into .env: see README, 'A real server'.")
  );
}

/** Ends the program with a sentence for the person who started it. */
export function exit(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

function readEnvironment(): NodeJS.ProcessEnv {
  loadDotenv({ quiet: true });
  return process.env;
}

function withPassword(address: string, password: string | undefined): string {
  if (password === undefined) return address;
  const url = new URL(address);
  url.password = encodeURIComponent(password);
  return url.href;
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" ? "does not exist" : `can't be read (${code ?? error})`;
}
