/** `npm run worker`: renders what members ask for, on every GPU of this machine or on its CPU. */
import { exit, readConfigOrExit } from "./config.ts";
import { engineCommand } from "./engine/command.ts";
import { resolveDevices } from "./engine/devices.ts";
import { RESTART_POLICY } from "./engine/supervisor.ts";
import { WATCHDOG_LIMITS } from "./engine/watchdog.ts";
import { createLog } from "./log.ts";
import { QUEUE_TIMINGS } from "./queue/renders.ts";
import { RenderWorker } from "./queue/renderWorker.ts";
import { engineProblems, redisProblems } from "./status/readiness.ts";
import { serveStatus } from "./status/server.ts";
import { measureEngines } from "./status/worker.ts";
import { connectFailingFast, connectPatiently } from "./store/redis.ts";
import { troubleText } from "./store/trouble.ts";
import { requireKnownData } from "./store/version.ts";
import { startTracing, stopTracing } from "./tracing.ts";

/** Whatever stops this process (systemd, a container runtime) has to wait longer than this before it kills. */
const DRAIN_MS = 25_000;
/** Ctrl-C reaches the whole process group, and npm passes it on as well: that is one wish, not two. */
const ONE_WISH_MS = 1000;

const config = readConfigOrExit();
const log = createLog("worker", config.logLevel);
const devices = await resolveDevices(config.engine.devices).catch((error: Error) => exit(error.message));
log.info({ devices, model: config.engine.model }, "worker starting");
await startTracing("quantspot-worker", config.tracesEndpoint, log);
const worker = new RenderWorker({
  redisUrl: config.redisUrl,
  devices,
  command: (device) => engineCommand(config.engine, device),
  limits: WATCHDOG_LIMITS,
  policy: RESTART_POLICY,
  timings: QUEUE_TIMINGS,
  imageBudgetBytes: config.imageBudgetBytes,
  logger: log,
});

let stoppingSince: number | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => leave(signal));

const { host, port } = config.status;
if (port !== undefined) {
  const redis = connectFailingFast(config.redisUrl);
  const problemsOfRedis = redisProblems(redis);
  await serveStatus({
    ...{ host, port },
    problems: async () => [...(await problemsOfRedis()), ...engineProblems(worker.supervisors)],
    measure: async () => measureEngines(worker.supervisors),
  });
}

requireKnown();

/** Long before an engine is ready to take anything. */
async function requireKnown(): Promise<void> {
  const redis = connectPatiently(config.redisUrl);
  redis.on("error", () => {}); // the worker's own connections say it
  await requireKnownData(redis).catch((error: Error) => exit(troubleText(redis, error)));
  redis.disconnect();
}

function leave(signal: NodeJS.Signals): void {
  if (stoppingSince === undefined) {
    stoppingSince = performance.now();
    const what = worker.rendersNow ? "finishing the running renders" : "leaving";
    log.info({ signal }, `${what}; a second signal ends at once`);
    worker
      .stop(DRAIN_MS)
      .then(stopTracing)
      .then(() => process.exit(0));
  } else if (performance.now() - stoppingSince > ONE_WISH_MS) process.exit(1);
}
