/** What is read once for all who ask within a while; what could not be read is read again at once. */
export class Fresh<T> {
  readonly #forMs: number;
  readonly #held = new Map<string, { read: Promise<T>; at: number }>();

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  /** @param of what is read, where that can differ */
  get(read: () => Promise<T>, of = ""): Promise<T> {
    const now = performance.now(); // the day's clock, set back, would keep it for as long
    for (const [other, { at }] of this.#held) if (now - at >= this.#forMs) this.#held.delete(other);
    const known = this.#held.get(of);
    if (known) return known.read;
    const held = { read: read(), at: now };
    this.#held.set(of, held);
    held.read.catch(() => {
      if (this.#held.get(of) === held) this.#held.delete(of);
    });
    return held.read;
  }
}
