/** The engine's process: its four pipes, its end, and its being ended. What is said over the pipes is engine.ts's. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { EngineCommand } from "./command.ts";
import { LineSplitter } from "./lines.ts";

const MAX_LOG_LINE_BYTES = 16 * 1024;
/** After the process has ended its pipes are read this long; a grandchild may hold them open for ever. */
const DRAIN_MS = 500;

export interface ProcessEvents {
  onOutput: (chunk: Buffer) => void;
  onPixels: (chunk: Buffer) => void;
  /** A line of its log; of a progress bar the last state. */
  onLogLine: (line: string) => void;
  /** Called once, after everything that it had said. `unstartable`: it never ran. */
  onEnd: (what: string, how: "itself" | "signal" | "unstartable") => void;
}

export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #stdin: Writable;

  constructor({ command, args, cwd, env }: EngineCommand, events: ProcessEvents) {
    // A process group of its own: Ctrl-C in a terminal reaches the worker alone, which ends the engine in order,
    // and killing the engine takes its compilers with it. When the worker dies, the end of stdin ends the engine.
    const stdio = ["pipe", "pipe", "pipe", "pipe"] as const;
    this.#child = spawn(command, args, { cwd, env, stdio: [...stdio], detached: true });
    // The types know three pipes only.
    const pipes = this.#child.stdio as unknown as [Writable, Readable, Readable, Readable];
    const [stdin, stdout, stderr, pixels] = pipes;
    for (const pipe of pipes) pipe.on("error", () => {}); // a broken pipe: the process's end says it
    this.#stdin = stdin;
    stdout.on("data", events.onOutput);
    pixels.on("data", events.onPixels);
    const log = new LineSplitter((line) => events.onLogLine(lastState(line)), MAX_LOG_LINE_BYTES);
    stderr.on("data", (chunk: Buffer) => log.push(chunk));
    this.#watchEnd(events.onEnd);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  write(line: string): void {
    if (this.#stdin.writable) this.#stdin.write(line);
  }

  endInput(): void {
    this.#stdin.end();
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // it had ended already
    }
  }

  #watchEnd(onEnd: ProcessEvents["onEnd"]): void {
    this.#child.once("error", (error) => onEnd(`could not be started (${error.message})`, "unstartable"));
    this.#child.once("exit", (code, signal) => {
      let ended = false;
      const end = () => {
        if (ended) return;
        ended = true;
        if (signal) onEnd(`was ended by ${signal}`, "signal");
        else onEnd(`ended with exit code ${code}`, "itself");
      };
      const timer = setTimeout(end, DRAIN_MS);
      this.#child.once("close", () => {
        clearTimeout(timer);
        end();
      });
    });
  }
}

function lastState(line: string): string {
  const text = line.trimEnd();
  return text.slice(text.lastIndexOf("\r") + 1).slice(0, 2000);
}
