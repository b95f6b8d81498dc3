/** Turns a failed download's output into one sentence about what to do. */
import { SetupError } from "./progress.mjs";

/** @type {readonly [RegExp, string][]} the first that fits wins */
const REASONS = [
  [/No space left on device|ENOSPC/, "The disk is full. Free some space, then run the same command again."],
  [
    /DO NOT MATCH THE HASHES|IncompleteRead|Connection broken|BadZipFile|[Ii]nvalid wheel|EINTEGRITY|ECONNRESET|Read timed out/,
    "A download broke off or arrived damaged. Run the same command again: it goes on with what is already there.",
  ],
  [
    /name resolution|NameResolutionError|NewConnectionError|Failed to establish a new connection|ConnectTimeout|ProxyError|SSLError|Max retries exceeded|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/,
    "The package index can't be reached. Check the network (or the proxy and index in pip's and npm's settings), then run the same command again.",
  ],
  [
    /EBADENGINE/,
    "This Node is too old for one of the packages. Install Node >= 20.19, then run the same command again.",
  ],
  [
    /EACCES|Permission denied/,
    "A folder of the project can't be written. Give yourself the right to write there, then run the same command again.",
  ],
];

/**
 * @param {string} what failed
 * @param {string} output of the tool
 * @param {string} log where the output is kept
 */
export function failure(what, output, log) {
  const reason = REASONS.find(([pattern]) => pattern.test(output))?.[1] ?? lastError(output);
  return new SetupError(`${what} could not be installed. ${reason} (The whole output: .state/logs/${log})`);
}

/** @param {string} output */
function lastError(output) {
  const errors = output.split("\n").filter((line) => /error/i.test(line));
  return errors.at(-1)?.trim() ?? "The tool gave no reason.";
}
