/** What a chart of /stats is made from. Each comes with its numbers as text and in its picture's alternative text. */
import type { Redis } from "ioredis";
import type { Directory } from "../backends/directory.ts";
import type { OutgoingMessage } from "../discord/messages.ts";
import type { Texts } from "../texts/texts.ts";

export interface ChartPorts {
  redis: Redis;
  directory: Directory;
  t: Texts;
  /** How many days the charts by day look back. */
  days: number;
}

export type Chart = (ports: ChartPorts) => Promise<OutgoingMessage>;
