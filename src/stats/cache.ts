/**
 * Drawing a chart holds up everything else of the bot for some hundredths of a second, so it is drawn once for all who
 * ask within a while.
 */
import type { OutgoingMessage } from "../discord/messages.ts";
import { Fresh } from "../fresh.ts";
import type { Texts } from "../texts/texts.ts";
import type { ChartPorts } from "./chart.ts";
import { type ChartName, charts } from "./charts.ts";

const FRESH_MS = 10_000;

export class ChartCache {
  /** In each language by chart and days: a few dozen at most. */
  readonly #drawn = new Map<Texts, Fresh<OutgoingMessage>>();

  get(name: ChartName, ports: ChartPorts): Promise<OutgoingMessage> {
    const drawn = this.#drawn.get(ports.t) ?? new Fresh<OutgoingMessage>(FRESH_MS);
    this.#drawn.set(ports.t, drawn);
    return drawn.get(() => charts[name](ports), `${name} ${ports.days}`);
  }
}
