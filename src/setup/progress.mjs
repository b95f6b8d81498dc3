/**
 * What set-up says, on stderr: stdout belongs to the program that follows (`npm run demo -- --run … --json`).
 * One line a step with its seconds; a long step shows that it lives: in place on a terminal, else every ten seconds.
 */
const LIFE_SIGN_MS = 10_000;

/** Something that a person has to do first. The message says what, in one sentence, and is all they get to see. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * @template T
 * @param {string} title
 * @param {(doing: (what: string) => void) => Promise<T>} work calls `doing` with what it does right now
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const terminal = process.stderr.isTTY;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let now = "";
  const sign = terminal
    ? () =>
        process.stderr.write(
          `\r\x1b[K… ${title} ${seconds().toFixed(0)} s  ${now}`.slice(0, process.stderr.columns),
        )
    : () => say(`… ${title} ${seconds().toFixed(0)} s  ${now}`);
  const timer = setInterval(sign, terminal ? 200 : LIFE_SIGN_MS);
  if (terminal) sign();
  let mark = "✗";
  try {
    const result = await work((what) => {
      now = what;
    });
    mark = "✓";
    return result;
  } finally {
    clearInterval(timer);
    say(`${terminal ? "\r\x1b[K" : ""}${mark} ${title} ${seconds().toFixed(1)} s`);
  }
}
