import { Sandbox, type SandboxOptions } from "./sandbox.ts";

/** Starts a local Discord on loopback. */
export function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return Sandbox.start(options);
}

export { AdvanceableClock, type Clock } from "./clock.ts";
export type { Exchange } from "./exchange.ts";
export type { Faults } from "./faults.ts";
export type { Choice } from "./interaction-record.ts";
export type { RunOptions, SandboxMember } from "./member.ts";
export { textOf } from "./message-draft.ts";
export { InputError, UnknownCommandError } from "./option-values.ts";
export type { Ping } from "./pings.ts";
export type { LoggedRequest, Violation } from "./request-log.ts";
export type { Sandbox, SandboxOptions } from "./sandbox.ts";
export type { SandboxMessage } from "./stored-message.ts";
