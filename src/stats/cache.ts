/**
 * Drawing a chart holds up everything else of the bot for some hundredths of a second, so it is drawn once for all who
 * ask within a while.
 */
import type { OutgoingMessage } from "../discord/messages.ts";
import type { Texts } from "../texts/texts.ts";
import type { ChartPorts } from "./chart.ts";
import { type ChartName, charts } from "./charts.ts";

const FRESH_MS = 10_000;

interface Drawn {
  message: Promise<OutgoingMessage>;
  at: number;
}

export class ChartCache {
  /** By language, chart and days: a few dozen at most. */
  readonly #drawn = new Map<Texts, Map<string, Drawn>>();

  async get(name: ChartName, ports: ChartPorts): Promise<OutgoingMessage> {
    const drawn = this.#drawn.get(ports.t) ?? new Map<string, Drawn>();
    this.#drawn.set(ports.t, drawn);
    const key = `${name} ${ports.days}`;
    const known = drawn.get(key);
    if (known && Date.now() - known.at < FRESH_MS) return known.message;
    const message = charts[name](ports);
    drawn.set(key, { message, at: Date.now() });
    message.catch(() => drawn.delete(key)); // the next one tries again at once
    return message;
  }
}
