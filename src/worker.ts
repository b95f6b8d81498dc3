/** `npm run worker`: renders what members ask for, on every GPU of this machine or on its CPU. */
import { ConfigError, readConfig } from "./config.ts";
import { engineCommand } from "./engine/command.ts";
import { resolveDevices } from "./engine/devices.ts";
import { RESTART_POLICY } from "./engine/supervisor.ts";
import { WATCHDOG_LIMITS } from "./engine/watchdog.ts";
import { createLog } from "./log.ts";
import { QUEUE_TIMINGS } from "./queue/renders.ts";
import { RenderWorker } from "./queue/renderWorker.ts";

/** Container runtimes and systemd are told to wait longer than this before they kill. */
const DRAIN_MS = 25_000;
/** Ctrl-C reaches the whole process group, and npm passes it on as well: that is one wish, not two. */
const ONE_WISH_MS = 1000;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLog("worker", config.logLevel);
  const devices = await resolveDevices(config.engine.devices);
  logger.info({ devices, model: config.engine.model }, "worker starting");
  const worker = new RenderWorker({
    redisUrl: config.redisUrl,
    devices,
    command: (device) => engineCommand(config.engine, device),
    limits: WATCHDOG_LIMITS,
    policy: RESTART_POLICY,
    timings: QUEUE_TIMINGS,
    imageBudgetBytes: config.imageBudgetBytes,
    logger,
  });
  let stoppingSince: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > ONE_WISH_MS) process.exit(1); // asked again: now
      return;
    }
    stoppingSince = performance.now();
    logger.info({ signal }, "finishing the running renders; a second signal ends at once");
    worker.stop(DRAIN_MS).then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exit(1);
});
