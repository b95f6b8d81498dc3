/** Splits a pipe into lines at "\n" alone: JSON may hold U+2028, at which node:readline would split too. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #held = 0;

  /** @param maxBytes a longer line is handed out in pieces, so that garbage without line ends can't fill memory. */
  constructor(onLine: (line: string) => void, maxBytes: number) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#parts.push(chunk.subarray(start, end));
      this.flush();
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    this.#parts.push(rest);
    this.#held += rest.length;
    if (this.#held > this.#maxBytes) this.flush();
  }

  /** Hands out what is held, at the end of the pipe too. */
  flush(): void {
    const line = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    this.#held = 0;
    if (line.trim() !== "") this.#onLine(line);
  }
}
