/** What became of each request: answered exactly once, or not, with a reason that its member saw. */
import type { Exchange } from "../../../src/sandbox/index.ts";
import { readRecord } from "../../../src/store/requests.ts";
import type { System } from "../system.ts";

/**
 * `failed`: it was taken in, and its member saw why it failed. `refused`: nothing was queued, and the member saw why.
 * `not taken in`: the bot was away, and Discord itself said so.
 */
export type Fate = "answered" | "failed" | "refused" | "not taken in" | "WRONG";

export interface Judged {
  fate: Fate;
  /** What is wrong. */
  problem?: string;
}

const EPHEMERAL = 64;
const FAILED = /\*\*Failed\*\* · \S/;

export async function judge(system: System, exchange: Exchange): Promise<Judged> {
  const messages = exchange.messages();
  const pictured = messages.filter(({ attachments }) => attachments.length > 0);
  if (pictured.length > 1) return wrong(`answered ${pictured.length} times`);
  // A private message can't be edited once its token has expired, nor one in a channel that the bot has lost; no other
  // may go on saying that it waits.
  const elsewhere = pictured.some(({ channel_id }) => channel_id !== exchange.record.channelId);
  const open = messages.filter(({ flags }) => !elsewhere && ((flags ?? 0) & EPHEMERAL) === 0);
  if (JSON.stringify(open).includes('"cancel:')) return wrong("a message still says that it waits");
  if (pictured.length === 1) return { fate: "answered" };
  if (messages.some(({ content }) => FAILED.test(content))) return { fate: "failed" };
  const record = await readRecord(system.redis, `r${exchange.interactionId}`);
  if (record)
    return wrong(`taken in, ${record.state}, and its member saw nothing of that: ${said(exchange)}`);
  if (exchange.refused) return { fate: "refused" };
  return exchange.failure ? { fate: "not taken in" } : wrong(`ended with: ${said(exchange)}`);
}

const wrong = (problem: string): Judged => ({ fate: "WRONG", problem });
const said = (exchange: Exchange) => JSON.stringify(exchange.messages().map(({ content }) => content));
