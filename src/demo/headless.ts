/** `--run`: commands run one after another, each final message told as a JSON line, its attachments saved. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { RenderResult } from "../generation/request.ts";
import {
  type Exchange,
  InputError,
  type Sandbox,
  type SandboxMessage,
  textOf,
  UnknownCommandError,
} from "../sandbox/index.ts";
import { readRecord } from "../store/requests.ts";
import { isUnsuccessful } from "../texts/marks.ts";
import type { DemoOptions } from "./options.ts";

/** One line of the output. */
interface Outcome {
  command: string;
  /** False when the command was refused, cancelled or failed; `reason` says why. */
  ok: boolean;
  reason?: string;
  /** `content`: all that it says, wherever in the message that stands. */
  message?: Pick<SandboxMessage, "content" | "embeds" | "components"> & { ephemeral: boolean };
  attachments: {
    file: string | null;
    name: string;
    bytes: number;
    width: number | null;
    height: number | null;
    contentType: string | null;
    alt: string | null;
  }[];
  /** What the engine measured, one entry a render. */
  stats: unknown[];
}

const EPHEMERAL = 1 << 6;
const CLOSED_MS = 10_000;
const POLL_MS = 20;

/** @returns whether every command brought what it was asked for */
export async function runHeadless(sandbox: Sandbox, redis: Redis, options: DemoOptions): Promise<boolean> {
  let allOk = true;
  for (const [index, command] of options.run.entries()) {
    const outcome = await runOne(sandbox, redis, options, command, index + 1);
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
    if (!outcome.ok) process.stderr.write(`${command}: ${outcome.reason}\n`);
    allOk &&= outcome.ok;
  }
  return allOk;
}

async function runOne(
  sandbox: Sandbox,
  redis: Redis,
  { as, locale, timeoutMs, out }: DemoOptions,
  command: string,
  number: number,
): Promise<Outcome> {
  let exchange: Exchange;
  let message: SandboxMessage;
  try {
    const member = sandbox.member(as);
    member.locale = locale;
    exchange = await member.run(command);
    message = await exchange.final(timeoutMs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { command, ok: false, reason: reasonOf(error), attachments: [], stats: [] };
  }
  const content = textOf(message);
  const ok = !isUnsuccessful(content);
  const results = await resultsOf(redis, `r${exchange.interactionId}`);
  return {
    command,
    ok,
    ...(ok ? {} : { reason: content.split("\n")[0] ?? "" }),
    message: {
      content,
      embeds: message.embeds,
      components: message.components ?? [],
      ephemeral: ((message.flags ?? 0) & EPHEMERAL) !== 0,
    },
    attachments: await Promise.all(message.attachments.map((file) => save(sandbox, file, out, number))),
    stats: results.map(({ recipe, queueSeconds, stats }) => ({ recipe, queueSeconds, ...stats })),
  };
}

/** Why a command got no answer. */
export function reasonOf(error: Error): string {
  const isIncomplete = error instanceof InputError && !(error instanceof UnknownCommandError);
  return isIncomplete ? `The command is not complete: ${error.message}` : error.message;
}

/** What was rendered for a request; nothing for what was no request. The answer is seen just before it is closed. */
async function resultsOf(redis: Redis, requestId: string): Promise<RenderResult[]> {
  let record = await readRecord(redis, requestId);
  for (const deadline = Date.now() + CLOSED_MS; record && record.state !== "answered"; ) {
    if (Date.now() > deadline) throw new Error(`The request ${requestId} was answered, but never closed.`);
    await sleep(POLL_MS);
    record = await readRecord(redis, requestId);
  }
  return record?.results ?? [];
}

async function save(
  sandbox: Sandbox,
  file: SandboxMessage["attachments"][number],
  out: string | undefined,
  number: number,
): Promise<Outcome["attachments"][number]> {
  const path = out === undefined ? null : join(out, `${number}-${file.filename}`);
  if (out !== undefined && path !== null) {
    await writeFile(path, sandbox.attachmentBytes(file));
  }
  return {
    file: path,
    name: file.filename,
    bytes: file.size,
    width: file.width ?? null,
    height: file.height ?? null,
    contentType: file.content_type ?? null,
    alt: file.description ?? null,
  };
}
