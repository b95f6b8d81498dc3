/** Redis: whether it answers, is new enough, keeps what it is given and throws nothing away. */
import { Redis } from "ioredis";
import { redisInfo } from "../store/info.ts";
import { troubleWith } from "../store/trouble.ts";
import { DataTooNew, readKnownVersion } from "../store/version.ts";
import { type Finding, ok, warning, wrong } from "./finding.ts";

const ABOUT = "Redis";
const OLDEST = [6, 2];
const TIMEOUT_MS = 3000;

/** @param imageBudgetBytes what kept images alone may take */
export async function checkRedis(url: string, imageBudgetBytes: number): Promise<Finding[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // A wrong password is said here, and the connection goes on without one.
  let refused: Error | undefined;
  redis.on("error", (error: Error) => {
    refused ??= error;
  });
  try {
    await redis.connect();
    const info = await redisInfo(redis);
    return [
      version(info),
      role(info),
      policy(info),
      persistence(info),
      memory(info, imageBudgetBytes),
      await data(redis),
    ].flat();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { found, todo } = troubleWith(redis, refused ?? error);
    return [wrong(ABOUT, found, todo)];
  } finally {
    redis.disconnect();
  }
}

type Info = ReadonlyMap<string, string>;

function version(info: Info): Finding[] {
  const found = info.get("redis_version") ?? "0";
  const [major = 0, minor = 0] = found.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor))
    return [ok(ABOUT, `version ${found} answers`)];
  return [wrong(ABOUT, `it is version ${found}`, `Install ${OLDEST.join(".")} or newer.`)];
}

function role(info: Info): Finding[] {
  if (info.get("role") === "master") return [];
  return [wrong(ABOUT, "it is a replica, which takes no writes", "Name the primary in REDIS_URL.")];
}

function policy(info: Info): Finding[] {
  const found = info.get("maxmemory_policy");
  if (found === "noeviction") return [ok("Redis' memory policy", "noeviction")];
  return [
    wrong(
      "Redis' memory policy",
      `${found}: a full Redis would throw requests and votes away`,
      "Set `maxmemory-policy noeviction` in redis.conf and restart Redis.",
    ),
  ];
}

function persistence(info: Info): Finding[] {
  const about = "Redis' persistence";
  if (info.get("aof_enabled") !== "1")
    return [
      wrong(
        about,
        "there is no append-only file: a restart would lose requests and votes",
        "Run `redis-cli config set appendonly yes`, and set `appendonly yes` in redis.conf.",
      ),
    ];
  if (info.get("aof_last_write_status") !== "ok")
    return [
      wrong(about, "the append-only file can't be written", "Make room on Redis' disk; its log says more."),
    ];
  return [ok(about, "append-only file")];
}

function memory(info: Info, imageBudgetBytes: number): Finding[] {
  const about = "Redis' memory";
  const [used, limit] = [Number(info.get("used_memory")), Number(info.get("maxmemory"))];
  if (limit === 0)
    return [
      warning(
        about,
        "it has no limit: it would take the whole machine's",
        "Set `maxmemory` in redis.conf, with room for QUANTSPOT_IMAGE_BUDGET_GIB and 1 GiB more.",
      ),
    ];
  if (limit < imageBudgetBytes)
    return [
      wrong(
        about,
        `its limit of ${gib(limit)} is under QUANTSPOT_IMAGE_BUDGET_GIB, ${gib(imageBudgetBytes)}`,
        "Raise `maxmemory` or lower the budget.",
      ),
    ];
  if (used > 0.9 * limit)
    return [
      warning(
        about,
        `${gib(used)} of ${gib(limit)} are used`,
        "Raise `maxmemory` or lower QUANTSPOT_IMAGE_BUDGET_GIB.",
      ),
    ];
  return [ok(about, `${gib(used)} of ${gib(limit)} are used`)];
}

async function data(redis: Redis): Promise<Finding[]> {
  const error = await readKnownVersion(redis).then(
    () => undefined,
    (refusal: Error) => refusal,
  );
  if (!(error instanceof DataTooNew)) return [];
  return [wrong("Redis' data", error.message, "Go back to the newer version.")];
}

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
