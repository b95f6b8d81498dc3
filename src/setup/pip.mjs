/** Runs the pip that the checkout carries (gpu-worker/bootstrap), so no machine needs one of its own. */
import { failure } from "./failures.mjs";
import { places } from "./places.mjs";
import { run } from "./processes.mjs";

/** @typedef {{ onLine?: (line: string) => void, timeoutMs?: number, log?: string }} PipOptions */

/**
 * @param {string} python
 * @param {readonly string[]} args
 * @param {PipOptions} [options]
 */
export function pip(python, args, options = {}) {
  const env = { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1", PIP_USER: "0", PYTHONUNBUFFERED: "1" };
  return run(python, [places.pip, ...args], { ...options, env });
}

/**
 * `pip install`, with what it does shown as it goes on.
 * @param {string} python
 * @param {readonly string[]} args
 * @param {(what: string) => void} doing
 * @param {string} what for the sentence when it fails
 */
export async function pipInstall(python, args, doing, what) {
  const { code, output } = await pip(python, ["install", "--progress-bar", "raw", ...args], {
    onLine: lifeOf(doing),
    log: "pip.log",
  });
  if (code !== 0) throw failure(what, output, "pip.log");
}

/** @param {(what: string) => void} doing */
function lifeOf(doing) {
  let file = "";
  /** @param {string} line */
  return (line) => {
    const [, verb, name] =
      /^\s*(Collecting|Downloading|Processing|Using cached) (?:\S*\/)?(\S+)/.exec(line) ?? [];
    const [, done, total] = /^Progress (\d+) of (\d+)/.exec(line) ?? [];
    if (verb && name) {
      file = `${verb.toLowerCase()} ${name}`;
      doing(file);
    } else if (done && Number(total) > 0) {
      doing(`${file} ${Math.floor((100 * Number(done)) / Number(total))}%`);
    } else if (line.startsWith("Installing collected packages")) {
      doing(`unpacking ${line.split(",").length} packages`);
    }
  };
}
