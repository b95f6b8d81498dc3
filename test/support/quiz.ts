/** A server that plays the quiz: what a test sees of its rounds, and members who vote. */
import type { Sandbox, SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { type System, until } from "./system.ts";

export const EPHEMERAL = 64;
const ROUND_MS = 90_000;

/** The id that a message's vote buttons carry. */
export const roundOf = (message: SandboxMessage): string =>
  /"quiz-vote:0:(r[\d-]+)"/.exec(JSON.stringify(message.components))?.[1] ?? "";

export const hashOf = (message: SandboxMessage): string =>
  /SHA-256 `([0-9a-f]{64})`/.exec(message.content)?.[1] ?? "";

/** The text that a reveal asks anybody to hash. */
export const textOf = (message: SandboxMessage): string =>
  /printf %s '(\{.*\})' \| sha256sum/.exec(message.content)?.[1] ?? "";

/** Everything the bot has posted in a channel, oldest first. */
const posted = (sandbox: Sandbox, channelId?: string): SandboxMessage[] =>
  sandbox.messages(channelId).toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));

export const reveals = ({ sandbox }: System, channelId?: string): SandboxMessage[] =>
  posted(sandbox, channelId).filter(({ components }) =>
    JSON.stringify(components ?? []).includes('"quiz-look:'),
  );

/** Messages that open a round, whose buttons may be gone by now. */
export const openings = ({ sandbox }: { sandbox: Sandbox }, channelId?: string): SandboxMessage[] =>
  posted(sandbox, channelId).filter(({ content }) => /^\*\*Round \d+ · /.test(content));

export async function nthReveal(system: System, count: number, channelId?: string): Promise<SandboxMessage> {
  await until(`reveal ${count}`, () => reveals(system, channelId).length >= count, ROUND_MS);
  return found(reveals(system, channelId)[count - 1]);
}

export async function nthOpening(system: System, count: number, channelId?: string): Promise<SandboxMessage> {
  await until(`round ${count} to open`, () => openings(system, channelId).length >= count, ROUND_MS);
  return found(openings(system, channelId)[count - 1]);
}

export async function start(moderator: SandboxMember, options: string): Promise<SandboxMessage> {
  return (await moderator.run(`/quiz start steps:2 ${options}`)).final(ROUND_MS);
}

export async function vote(
  member: SandboxMember,
  round: SandboxMessage,
  letter: string,
): Promise<SandboxMessage> {
  return (await member.click(round, letter)).final(ROUND_MS);
}

export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Something that a test needs is not there.");
  return value;
}
