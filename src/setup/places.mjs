/** Where set-up finds and puts things. */
import { fileURLToPath } from "node:url";

/** @param {string} path relative to the checkout */
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const places = {
  root: at("."),
  packageLock: at("package-lock.json"),
  /** npm writes this file last, so it also tells that an install came to its end. */
  installedNodePackages: at("node_modules/.package-lock.json"),
  engine: at("gpu-worker"),
  environment: at("gpu-worker/.venv"),
  environmentPython: at("gpu-worker/.venv/bin/python"),
  requirements: at("gpu-worker/requirements.lock"),
  devRequirements: at("gpu-worker/requirements-dev.lock"),
  benchRequirements: at("gpu-worker/requirements-bench.lock"),
  redisRequirements: at("gpu-worker/requirements-redis.lock"),
  pip: at("gpu-worker/bootstrap/pip-26.3-py3-none-any.whl/pip"),
  installedCheck: at("src/setup/installed.py"),
  /** Everything that the demo keeps; git ignores it. */
  state: at(".state"),
  logs: at(".state/logs"),
  setupLock: at(".state/setup.lock"),
  bundledRedis: at(".state/bundled-redis"),
  settings: at(".env"),
};
